#include "jobs/vm_load.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "support/measured_data.hpp"

namespace headroom {
namespace {

constexpr GpuRange kGpu{Power(50), Power(400)};
constexpr double kHour = 3600, kOneDay = 86400;

VmsConfig quiet() {
  VmsConfig config;
  config.noise_fraction = 0;
  return config;
}
Power at(const VmLoad& load, double time_s, const VmGroup& group = {}) {
  return load.drawn({}, group, 0, load.number_at(Seconds(time_s)), Seconds(), kGpu);
}

TEST(VmLoad, GoesFromTheNightToThePeakOfWorkingDays) {
  Warnings warnings;
  const VmLoad load(quiet(), 1, warnings);
  EXPECT_EQ(load.steps(), 2016U);
  EXPECT_NEAR(at(load, 11 * kHour).value(), 400, 0.1);
  EXPECT_NEAR(at(load, 23 * kHour).value(), 50 + 350 * 0.2, 0.1);
  EXPECT_NEAR(at(load, 5 * kOneDay + 11 * kHour).value(), 50 + 350 * 0.13, 1e-9);
  EXPECT_NEAR(at(load, 7 * kOneDay + 11 * kHour).value(), 400, 0.1);
  EXPECT_NEAR(at(load, 14 * kHour, {0.6, 0.6, Seconds(3 * kHour)}).value(), 240, 0.1);
}

/// The shape against the machine of figure 13a: means of two hours over its working days, over the mean of the highest.
TEST(VmLoad, IsLikeTheMachineThatWasPublished) {
  const auto folder = test::data_folder();
  if (folder.empty()) GTEST_SKIP() << "no measured data here";
  Warnings warnings;
  const VmLoad load(quiet(), 1, warnings);
  std::map<int, std::pair<double, double>> working, weekend;  // by two hours: sum and count
  for (const auto& row : test::read_csv(folder / "papers/tapas_fig13a_vm_load_4w.csv")) {
    const double day = std::max(0.0, std::stod(row.at("day")));
    auto& [sum, count] = (static_cast<int>(day) % 7 < 5 ? working : weekend)[static_cast<int>(day * 12) % 12];
    sum += std::stod(row.at("norm_load"));
    ++count;
  }
  double peak = 0, error = 0, rest = 0;
  for (const auto& [hours, seen] : working) peak = std::max(peak, seen.first / seen.second);
  for (const auto& [hours, seen] : working)
    error += std::abs(seen.first / seen.second / peak - (at(load, (2 * hours + 1) * kHour).value() - 50) / 350) / 12;
  for (const auto& [hours, seen] : weekend) rest += seen.first / seen.second / peak / 12;
  EXPECT_LT(error, 0.1);
  EXPECT_NEAR(rest, 0.13, 0.02);
}

TEST(VmLoad, HasTheSameNoiseWhereverAMachineStands) {
  Warnings warnings;
  VmsConfig config;
  const VmLoad load(config, 1, warnings), again(config, 1, warnings), other(config, 2, warnings);
  const VmGroup group{0.5, 0.5, {}};
  double sum = 0, squares = 0;
  int same = 0;
  for (std::uint32_t machine = 0; machine < 5000; ++machine) {
    const std::uint64_t noon = load.number_at(Seconds(11 * kHour));
    const Power drawn = load.drawn({}, group, machine, noon, Seconds(), kGpu);
    EXPECT_EQ(drawn, again.drawn({}, group, machine, noon, Seconds(), kGpu));
    same += drawn == other.drawn({}, group, machine, noon, Seconds(), kGpu);
    const double noise = (drawn.value() - 50) / 150 - 1;
    sum += noise;
    squares += noise * noise;
  }
  EXPECT_LT(same, 50);  // those cut off
  EXPECT_NEAR(sum / 5000, 0, 0.002);
  EXPECT_NEAR(std::sqrt(squares / 5000), 0.02, 0.001);
}

TEST(VmLoad, StaysBetweenIdleAndTdp) {
  Warnings warnings;
  VmsConfig config;
  config.noise_fraction = 0.3;
  const VmLoad load(config, 1, warnings);
  for (const double watts : load.expected({1, 1, {}}, 0, kGpu)) {
    EXPECT_GE(watts, 50);
    EXPECT_LE(watts, 400);
  }
  for (const double watts : load.expected({0.05, 0.05, {}}, 0, kGpu)) EXPECT_EQ(watts, 50);  // below idle
}

TEST(VmLoad, ExpectsTheLevelOfTheWeekBefore) {
  Warnings warnings;
  const VmLoad load(quiet(), 1, warnings);
  const LoadSeries series = load.expected({0.5, 0.75, {}}, 0, kGpu);
  EXPECT_NEAR(*std::ranges::max_element(series), 300, 0.1);
}

TEST(VmLoad, ReadsAShape) {
  const test::TemporaryFolder folder;
  Warnings warnings;
  VmsConfig config = quiet();
  config.cycle = Seconds(900);
  config.shape.path = folder.write("shape.csv", "t_start_s,load\n0,1\n300,0.5\n");
  const VmLoad load(config, 1, warnings);
  EXPECT_EQ(load.expected({1, 1, {}}, 0, kGpu), (LoadSeries{400, 225, 225}));
  for (const auto* content : {"t_start_s,load\n1,1\n", "t_start_s,load\n0,1.5\n", "t_start_s,load\n"}) {
    config.shape.path = folder.write("bad.csv", content);
    EXPECT_NE(test::problem_of([&] { VmLoad(config, 1, warnings); }), "");
  }
}

}  // namespace
}  // namespace headroom

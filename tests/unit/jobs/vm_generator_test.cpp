#include "jobs/vm_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "jobs/vm_lifetimes.hpp"
#include "support/measured_data.hpp"

namespace headroom {
namespace {

using testing::ElementsAre;

constexpr double kDay = 86400;
const std::vector<Endpoint> kTwo = {{ServiceId(0), "a", 1.0}, {ServiceId(1), "b", 3.0}};

/// Machines that stand at a date if each finds a place at once, by service; opaque ones under 9.
std::map<std::size_t, std::size_t> standing(const VmList& list, double date) {
  std::map<std::size_t, std::size_t> count;
  for (const VmSpec& machine : list.machines)
    if (machine.arrival.value() <= date && date < (machine.arrival + *machine.lifetime).value())
      ++count[machine.service ? machine.service->index() : 9];
  return count;
}

TEST(VmGenerator, HoldsHowManyThereAre) {
  VmsConfig config;
  const VmList list = generate_vms(config, kTwo, 400, Seconds(30 * kDay), 1);
  EXPECT_THAT(standing(list, 0), ElementsAre(std::pair(0, 50), std::pair(1, 150), std::pair(9, 200)));
  for (const double day : {0.3, 7.0, 29.0}) {
    auto now = standing(list, day * kDay);
    EXPECT_EQ(now[0], 50U);
    EXPECT_EQ(now[1], 150U);
    EXPECT_GE(now[9], 200U - 7 + 1);  // until a group has room
    EXPECT_LE(now[9], 200U);
  }
}

/// Figure 12b: 1.6 or so in a month, of 74 % of the servers one, of 17 % two, of 3 % three, of 6 % more.
TEST(VmGenerator, HasAServerHostNotManyMachinesInAMonth) {
  const VmList list = generate_vms({}, kTwo, 2000, Seconds(30 * kDay), 2);
  const double hosted = static_cast<double>(list.machines.size()) / 2000;
  EXPECT_GT(hosted, 1.4);
  EXPECT_LT(hosted, 2.0);
}

TEST(VmGenerator, DrawsGroupsWithinTheirSizes) {
  VmsConfig config;
  config.service_fraction = 0;
  config.group_least = 2;
  config.group_most = 5;
  const VmList list = generate_vms(config, {}, 2000, Seconds(1), 3);
  std::vector<std::size_t> sizes(list.groups.size());
  for (const VmSpec& machine : list.machines) ++sizes[machine.group];
  EXPECT_EQ(*std::ranges::max_element(sizes), 5U);
  EXPECT_LE(std::ranges::count_if(sizes, [](std::size_t size) { return size < 2; }), 1);  // the last one is cut
  for (const std::size_t size : {2U, 3U, 4U, 5U})
    EXPECT_NEAR(static_cast<double>(std::ranges::count(sizes, size)) / static_cast<double>(sizes.size()), 0.25, 0.06);
}

/// Mean of Beta(1.5, 3): 1/3; a tenth of the groups is hot.
TEST(VmGenerator, DrawsLevels) {
  VmsConfig config;
  config.service_fraction = 0;
  config.group_most = 1;
  const VmList list = generate_vms(config, {}, 20000, Seconds(1), 4);
  double sum = 0, hot = 0;
  for (const VmGroup& group : list.groups) {
    EXPECT_GE(group.level_fraction, 0.35);
    EXPECT_LE(group.level_fraction, 1.0);
    sum += group.level_fraction;
    hot += group.level_fraction > 0.9;
    EXPECT_LT(group.phase, Seconds(kDay));
  }
  EXPECT_NEAR(sum / 20000, 0.9 * (0.35 + 0.55 / 3) + 0.1 * 0.95, 0.005);
  EXPECT_NEAR(hot / 20000, 0.1, 0.01);
}

TEST(VmGenerator, LeavesSomeWithoutHistory) {
  const VmList list = generate_vms({}, kTwo, 20000, Seconds(1), 5);
  EXPECT_NEAR(static_cast<double>(std::ranges::count(list.machines, false, &VmSpec::has_history)) / 20000, 0.05, 0.005);
}

TEST(VmLifetimesTest, AreThePublishedOnes) {
  const auto folder = test::data_folder();
  if (folder.empty()) GTEST_SKIP() << "no measured data here";
  RandomStream random(1, "test");
  std::vector<double> days;
  for (int i = 0; i < 40000; ++i) days.push_back(life(random).value() / kDay);
  for (const auto& row : test::read_csv(folder / "papers/tapas_fig12a_vm_lifetime_cdf.csv")) {
    const double day = std::stod(row.at("days"));
    const auto below = std::ranges::count_if(days, [day](double one) { return one <= day; });
    EXPECT_NEAR(static_cast<double>(below) / 40000, std::stod(row.at("cumulative_pct")) / 100, 0.09) << day << " d";
  }
}

/// What is met stands for half its life in the mean; lives are weighted by their length: E[T^2] / (2 E[T]).
TEST(VmLifetimesTest, WhatIsLeftIsHalfOfTheLivesThatAreMet) {
  double first = 0, second = 0;
  for (const VmLifeStretch& one : kVmLifetimes) {
    first += one.fraction * (one.from_d + one.to_d) / 2;
    second += one.fraction * (one.from_d * one.from_d + one.from_d * one.to_d + one.to_d * one.to_d) / 3;
  }
  RandomStream random(1, "test");
  double sum = 0;
  for (int i = 0; i < 100000; ++i) sum += life_left(random).value() / kDay;
  EXPECT_NEAR(sum / 100000, second / (2 * first), 0.01 * second / (2 * first));
}

}  // namespace
}  // namespace headroom

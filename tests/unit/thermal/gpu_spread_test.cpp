#include "thermal/gpu_spread.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/thermal_fixtures.hpp"

namespace headroom {
namespace {

/// Servers of eight GPUs at the positions of TAPAS figure 9.
HardwareConfig eight_gpus(double gpu_sd, double server_sd) {
  HardwareConfig type;
  type.server.gpus = 8;
  type.thermal = test::a100_thermal();
  type.thermal->position_offsets = {.069, -.051, .027, -.019, .051, -.069, .024, -.032};
  type.thermal->gpu_sd = gpu_sd;
  type.thermal->server_sd = server_sd;
  return type;
}

GpuSpread spread_of(const HardwareConfig& type, std::size_t servers, std::uint64_t seed = 1) {
  return {seed, std::vector<const HardwareConfig*>(servers, &type)};
}

double quantile(std::vector<double> values, double q) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

TEST(GpuSpread, IsThatOfThePositionsWithoutDraws) {
  const HardwareConfig type = eight_gpus(0, 0);
  const GpuSpread spread = spread_of(type, 2);
  EXPECT_EQ(spread.gpus(), 16U);
  EXPECT_EQ(spread.index(1, 3), 11U);
  EXPECT_EQ(spread.factor(1, 0), 1.069);
  EXPECT_EQ(spread.factor(0, 5), 1 - .069);
  EXPECT_EQ(spread.hottest(1, 0, 8), 0U);
  EXPECT_EQ(spread.hottest(1, 1, 3), 2U);
}

TEST(GpuSpread, TakesTheGpusIntoAccountWhereItLooksForTheHottest) {
  const HardwareConfig type = eight_gpus(0.06, 0.1);
  const GpuSpread spread = spread_of(type, 200);
  std::size_t elsewhere = 0;
  for (std::size_t server = 0; server < 200; ++server) {
    const std::size_t hottest = spread.hottest(server, 0, 8);
    for (std::size_t gpu = 0; gpu < 8; ++gpu) EXPECT_LE(spread.factor(server, gpu), spread.factor(server, hottest));
    if (hottest != 0) ++elsewhere;
  }
  EXPECT_GT(elsewhere, 50U);  // by position alone it would always be the first
}

/// GPUs have a stream of their own: what servers draw does not depend on their spread.
TEST(GpuSpread, DrawsServersAlike) {
  const HardwareConfig without = eight_gpus(0, 0.1), with = eight_gpus(0.06, 0.1);
  const GpuSpread one = spread_of(without, 50), other = spread_of(with, 50);
  for (std::size_t server = 0; server < 50; ++server) {
    const double ratio = other.factor(server, 0) / one.factor(server, 0);
    EXPECT_GE(ratio, 1 - 0.18 - 1e-12);
    EXPECT_LE(ratio, 1 + 0.18 + 1e-12);
  }
}

/// TAPAS figure 9 of 3000 busy A100s, at an inlet of 25 degC, which it does not state, and TDP.
TEST(GpuSpread, IsThatOfAFleet) {
  const HardwareConfig type = eight_gpus(0.06, 0.1);
  const GpuSpread spread = spread_of(type, 375);
  std::vector<double> dies;
  for (std::size_t server = 0; server < 375; ++server)
    for (std::size_t gpu = 0; gpu < 8; ++gpu)
      dies.push_back(DieSink(*type.thermal, spread.factor(server, gpu))
                         .steady(Power(400), type.thermal->ambient(Celsius(25)))
                         .die()
                         .value());
  EXPECT_NEAR(quantile(dies, 0.05), 55.4, 3);
  EXPECT_NEAR(quantile(dies, 0.5), 64.7, 3);
  EXPECT_NEAR(quantile(dies, 0.95), 73.3, 3);
}

/// TAPAS figure 8: GPUs of one server differ by 9 K at full load, and by 2.7 at rest, of which a spread in proportion
/// to power has little more than half.
TEST(GpuSpread, IsThatOfAServer) {
  const HardwareConfig type = eight_gpus(0.06, 0.1);
  constexpr std::size_t kServers = 2000;
  const GpuSpread spread = spread_of(type, kServers);
  double sum = 0;
  for (std::size_t server = 0; server < kServers; ++server) {
    double low = 9, high = 0;
    for (std::size_t gpu = 0; gpu < 8; ++gpu) {
      low = std::min(low, spread.factor(server, gpu));
      high = std::max(high, spread.factor(server, gpu));
    }
    sum += high - low;
  }
  const double range = sum / kServers;  // of the factors
  EXPECT_NEAR(range * 0.094 * 400, 9, 1.5);
  EXPECT_NEAR(range * 0.094 * 71, 2.7, 1.5);
}

}  // namespace
}  // namespace headroom

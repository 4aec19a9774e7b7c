#include "grid/swings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "support/power_traces.hpp"

namespace headroom {
namespace {

using test::sampled;
using test::square;

/// 100 W/s up from 10 s to 15 s, 50 W/s down from 20 s to 30 s.
PowerTrace trapezoid() {
  return sampled(
      40, [](double t) { return 1000 + 100 * std::clamp(t - 10, 0.0, 5.0) - 50 * std::clamp(t - 20, 0.0, 10.0); });
}

TEST(Swings, OfARampGrowWithTheWindow) {
  EXPECT_NEAR(largest_swing_w(trapezoid(), Seconds(1)), 100, 1e-3);
  EXPECT_NEAR(largest_swing_w(trapezoid(), Seconds(10)), 500, 1e-3);
}

TEST(Swings, OfASquareWaveAreWholeOnceTheWindowHoldsAnEdge) {
  EXPECT_EQ(largest_swing_w(square(300, 1000, 40, 20), Seconds(1)), 700);
  EXPECT_EQ(largest_swing_w(square(300, 1000, 40, 20, 20), Seconds(10)), 0);  // ends before its first edge
}

TEST(Swings, AgreeWithThePlainSearch) {
  std::mt19937 random(3);
  const auto trace = sampled(30, [&](double) { return static_cast<double>(random() % 10000); });
  float largest = 0;
  for (std::size_t i = 0; i < trace.power_w.size(); ++i)
    for (std::size_t j = i; j < trace.power_w.size() && j <= i + 10; ++j)
      largest = std::max(largest, std::abs(trace.power_w[i] - trace.power_w[j]));
  EXPECT_EQ(largest_swing_w(trace, Seconds(0.2)), static_cast<double>(largest));
}

TEST(Ramps, AreMovesOverTheHorizon) {
  const Ramps ramps = steepest_ramps(trapezoid(), Seconds(1), Power());
  EXPECT_NEAR(ramps.up_w_per_s, 100, 1e-3);
  EXPECT_NEAR(ramps.down_w_per_s, 50, 1e-3);
  EXPECT_NEAR(steepest_ramps(trapezoid(), Seconds(10), Power()).up_w_per_s, 50, 1e-3);  // 500 W in 10 s
}

TEST(Ramps, CountOnlyOutsideTheBox) {
  const Ramps ramps = steepest_ramps(trapezoid(), Seconds(1), Power(60));
  EXPECT_NEAR(ramps.up_w_per_s, 100, 1e-3);
  EXPECT_EQ(ramps.down_w_per_s, 0);  // 50 W in a second
}

TEST(Ramps, OfAStepAreTheStepOverTheHorizon) {
  EXPECT_DOUBLE_EQ(steepest_ramps(square(300, 1000, 40, 20), Seconds(2), Power()).down_w_per_s, 350);
}

}  // namespace
}  // namespace headroom

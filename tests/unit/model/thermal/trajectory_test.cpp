#include "model/thermal/trajectory.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace headroom {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// To `end` with time constants of 10 s and 1 s.
Trajectory way(double end, double slow, double fast) {
  return {Celsius(end), Kelvin(slow), Kelvin(fast), Seconds(10), Seconds(1)};
}

double rise(const Trajectory& t, double limit) {
  return t.time_to_rise_to(Celsius(limit)).value();
}
double fall(const Trajectory& t, double limit) {
  return t.time_to_fall_to(Celsius(limit)).value();
}

TEST(Trajectory, IsTheSumOfItsParts) {
  const Trajectory t = way(80, -20, -10);
  EXPECT_DOUBLE_EQ(t.at(Seconds(0)).value(), 50);
  EXPECT_DOUBLE_EQ(t.at(Seconds(1)).value(), 80 - 20 * std::exp(-0.1) - 10 * std::exp(-1.0));
  EXPECT_EQ(t.bound(), Celsius(80));
  EXPECT_EQ(way(80, 5, -10).bound(), Celsius(85));
}

TEST(Trajectory, WithOnePartCrossesAtALogarithm) {
  EXPECT_NEAR(rise(way(80, -20, 0), 70), 10 * std::log(2.0), 1e-12);
  EXPECT_NEAR(rise(way(80, 0, -20), 75), std::log(4.0), 1e-12);
  EXPECT_NEAR(fall(way(80, 20, 0), 85), 10 * std::log(4.0), 1e-12);
}

TEST(Trajectory, IsAtItsLimitWhenItSaysSo) {
  const Trajectory t = way(90, -30, -15);
  const double at = rise(t, 85);
  EXPECT_NEAR(t.at(Seconds(at)).value(), 85, 1e-12);
  EXPECT_LT(t.at(Seconds(at - 1e-6)).value(), 85);
}

TEST(Trajectory, NeverReachesWhatLiesBeyondItsEnd) {
  EXPECT_EQ(rise(way(80, -20, -10), 80), kNever);
  EXPECT_EQ(rise(way(80, -20, -10), 81), kNever);
  EXPECT_EQ(fall(way(80, 20, 10), 80), kNever);
  EXPECT_EQ(rise(way(80, -20, -10), 50), 0);
  EXPECT_EQ(fall(way(80, 20, 10), 120), 0);
}

/// 70 + 20 e^(-t/10) - 15 e^(-t): rises where 15 e^(-t) > 2 e^(-t/10), so to t = ln(7.5) / 0.9, then falls.
TEST(Trajectory, RisesToAPeakAndFalls) {
  const Trajectory t = way(70, 20, -15);
  const double peak = std::log(7.5) / 0.9;
  ASSERT_TRUE(t.turning_point());
  EXPECT_NEAR(t.turning_point()->value(), peak, 1e-12);
  const double top = 70 + 20 * std::exp(-peak / 10) - 15 * std::exp(-peak);
  EXPECT_NEAR(t.highest(Seconds(100)).value(), top, 1e-12);
  EXPECT_DOUBLE_EQ(t.highest(Seconds(1)).value(), t.at(Seconds(1)).value());
  EXPECT_EQ(rise(t, top + 0.01), kNever);
  const double first = rise(t, top - 0.5);
  EXPECT_LT(first, peak);
  EXPECT_NEAR(t.at(Seconds(first)).value(), top - 0.5, 1e-12);
  EXPECT_GT(fall(t, 72), peak);
}

TEST(Trajectory, FallsToATroughAndRises) {
  const Trajectory t = way(90, -20, 15);
  const double after = rise(t, 89);
  EXPECT_GT(after, t.turning_point()->value());
  EXPECT_NEAR(t.at(Seconds(after)).value(), 89, 1e-12);
  EXPECT_DOUBLE_EQ(t.highest(Seconds(1)).value(), 85);  // its start
}

TEST(Trajectory, ReachesALimitThatIsAlmostItsEnd) {
  const double at = rise(way(85 + 1e-9, -20, -10), 85);
  EXPECT_NEAR(at, 10 * std::log(20 / 1e-9), 1e-4);
}

}  // namespace
}  // namespace headroom

#include "training/job_clock.hpp"

#include <gtest/gtest.h>

#include "support/training_fixtures.hpp"

namespace headroom {
namespace {

/// Voltage 0.8 up to 0.75 of the clock: at 0.75 the dynamic part is 0.75 * 0.64 = 0.48, at 0.5 it is 0.32.
JobClock clock() {
  GpuPowerCoefficients coefficients;
  coefficients.voltage_knee_fraction = 0.75;
  coefficients.voltage_floor_fraction = 0.8;
  return {coefficients, Power(100.0), 0.1};
}

const WaveStep kCompute{Seconds(3.0), Power(1100.0), PhaseKind::compute};
const WaveStep kWait{Seconds(1.0), Power(600.0), PhaseKind::communication};

TEST(JobClock, ChangesNothingAtTheHighestClock) {
  EXPECT_EQ(clock().run(kCompute, {}), kCompute);
  EXPECT_EQ(clock().run(kWait, {}), kWait);
}

TEST(JobClock, ALockedClockStretchesComputeAndScalesAll) {
  const auto compute = clock().run(kCompute, {0.75, Power(1e9)});
  EXPECT_NEAR(compute.duration.value(), 4.0, 1e-12);
  EXPECT_NEAR(compute.power.value(), 100.0 + 1000.0 * 0.48, 1e-9);
  const auto wait = clock().run(kWait, {0.75, Power(1e9)});
  EXPECT_EQ(wait.duration, Seconds(1.0));
  EXPECT_NEAR(wait.power.value(), 100.0 + 500.0 * 0.48, 1e-9);
}

TEST(JobClock, ACapClipsAndStretchesCompute) {
  // 420 W: a dynamic part of 0.32, which is a clock ratio of 0.5
  const auto compute = clock().run(kCompute, {1.0, Power(420.0)});
  EXPECT_NEAR(compute.power.value(), 420.0, 1e-9);
  EXPECT_NEAR(compute.duration.value(), 6.0, 1e-9);
  const auto wait = clock().run(kWait, {1.0, Power(420.0)});
  EXPECT_NEAR(wait.power.value(), 420.0, 1e-9);
  EXPECT_EQ(wait.duration, Seconds(1.0));
  EXPECT_EQ(clock().run(kWait, {1.0, Power(600.0)}), kWait);
}

TEST(JobClock, ACapBelowTheLowestClockIsNotReached) {
  // at 0.1: 100 + 1000 * 0.1 * 0.64
  EXPECT_NEAR(clock().run(kCompute, {1.0, Power(50.0)}).power.value(), 164.0, 1e-9);
  EXPECT_NEAR(clock().run(kCompute, {0.05, Power(50.0)}).power.value(), 132.0, 1e-9);
}

TEST(JobClock, LeavesDrawsBelowIdle) {
  const WaveStep low{Seconds(1.0), Power(40.0), PhaseKind::idle};
  EXPECT_EQ(clock().run(low, {0.5, Power(1e9)}), low);
}

}  // namespace
}  // namespace headroom

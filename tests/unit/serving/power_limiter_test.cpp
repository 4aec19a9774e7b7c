#include "serving/power_limiter.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

/// TDP 400 W; 1.1 x TDP pass for 0.05 s; a cap acts 0.25 s late.
PowerLimiter limiter() {
  return PowerLimiter(LimitSpec{Seconds(0.25), 1.1, Seconds(0.05)}, Power(400));
}

TEST(PowerLimiter, HoldsAtTdpWithoutDemand) {
  const PowerLimiter l = limiter();
  EXPECT_EQ(l.limit(Seconds(1)), Power(400));
  EXPECT_EQ(l.next_change(Seconds(1)), PowerLimiter::kNever);
}

TEST(PowerLimiter, LetsARisingEdgePassThenHoldsAtTdp) {
  PowerLimiter l = limiter();
  l.demand(Power(500), Seconds(1));
  EXPECT_DOUBLE_EQ(l.limit(Seconds(1)).value(), 440);
  EXPECT_EQ(l.next_change(Seconds(1)), Seconds(1.05));
  EXPECT_EQ(l.limit(Seconds(1.05)), Power(400));
  EXPECT_EQ(l.next_change(Seconds(1.05)), PowerLimiter::kNever);
}

TEST(PowerLimiter, HoldsAtTdpUntilACapActs) {
  PowerLimiter l = limiter();
  l.set_cap(Power(300), Seconds(0));
  l.demand(Power(500), Seconds(1));
  EXPECT_DOUBLE_EQ(l.limit(Seconds(1.0)).value(), 440);
  EXPECT_EQ(l.limit(Seconds(1.05)), Power(400));
  EXPECT_EQ(l.next_change(Seconds(1.05)), Seconds(1.25));
  EXPECT_EQ(l.limit(Seconds(1.25)), Power(300));
  EXPECT_EQ(l.next_change(Seconds(1.25)), PowerLimiter::kNever);
}

TEST(PowerLimiter, CapsDemandBetweenCapAndTdp) {
  PowerLimiter l = limiter();
  l.set_cap(Power(300), Seconds(0));
  l.demand(Power(350), Seconds(1));
  EXPECT_EQ(l.limit(Seconds(1.1)), Power(400));
  EXPECT_EQ(l.limit(Seconds(1.25)), Power(300));
}

TEST(PowerLimiter, CountsFromTheRisingEdgeWhileDemandStays) {
  PowerLimiter l = limiter();
  l.set_cap(Power(300), Seconds(0));
  l.demand(Power(500), Seconds(1));
  l.demand(Power(450), Seconds(1.2));
  EXPECT_EQ(l.limit(Seconds(1.25)), Power(300));
}

TEST(PowerLimiter, StartsAnewAfterDemandFell) {
  PowerLimiter l = limiter();
  l.set_cap(Power(300), Seconds(0));
  l.demand(Power(500), Seconds(1));
  l.demand(Power(300), Seconds(1.3));  // at the cap: no longer above it
  EXPECT_EQ(l.limit(Seconds(1.3)), Power(300));
  l.demand(Power(500), Seconds(2));
  EXPECT_DOUBLE_EQ(l.limit(Seconds(2)).value(), 440);
  EXPECT_EQ(l.limit(Seconds(2.2)), Power(400));
  EXPECT_EQ(l.limit(Seconds(2.25)), Power(300));
}

TEST(PowerLimiter, GivesANewCapItsResponseTimeUnderStandingDemand) {
  PowerLimiter l = limiter();
  l.demand(Power(500), Seconds(1));
  l.set_cap(Power(300), Seconds(5));
  EXPECT_EQ(l.limit(Seconds(5)), Power(400));
  EXPECT_EQ(l.next_change(Seconds(5)), Seconds(5.25));
  EXPECT_EQ(l.limit(Seconds(5.25)), Power(300));
}

TEST(PowerLimiter, IgnoresACapAboveTdp) {
  PowerLimiter l = limiter();
  l.set_cap(Power(600), Seconds(0));
  EXPECT_EQ(l.lasting_limit(), Power(400));
}

TEST(PowerLimiter, ForgetsACapThatIsTakenBack) {
  PowerLimiter l = limiter();
  l.set_cap(Power(300), Seconds(0));
  l.demand(Power(500), Seconds(1));
  l.set_cap(std::nullopt, Seconds(0));
  EXPECT_EQ(l.limit(Seconds(2)), Power(400));
}

TEST(PowerLimiter, ActsAtOnceWithoutResponseTimeAndOvershoot) {
  PowerLimiter l(LimitSpec{Seconds(0), 1.0, Seconds(0)}, Power(400));
  l.set_cap(Power(300), Seconds(0));
  l.demand(Power(500), Seconds(1));
  EXPECT_EQ(l.limit(Seconds(1)), Power(300));
  EXPECT_EQ(l.next_change(Seconds(1)), PowerLimiter::kNever);
}

TEST(PowerLimiter, HoldsAThermalLimitAtOnce) {
  PowerLimiter l = limiter();
  l.demand(Power(500), Seconds(1));
  l.set_thermal(Power(250));
  EXPECT_EQ(l.limit(Seconds(1)), Power(250));  // no overshoot passes
  l.set_cap(Power(200), Seconds(1));
  EXPECT_EQ(l.limit(Seconds(2)), Power(200));
  l.set_thermal(PowerLimiter::kUnlimited);
  l.set_cap(std::nullopt, Seconds(2));
  EXPECT_EQ(l.limit(Seconds(2)), Power(400));
}

}  // namespace
}  // namespace headroom

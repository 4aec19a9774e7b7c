#include "facility/protection.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace headroom {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// A breaker that carries 1.2 times its rating for 100 s and 1.4 times for 1 s.
ProtectionSpec breaker() {
  return {{{1.2, Seconds(100)}, {1.4, Seconds(1)}}, TripAction::report};
}

TEST(ProtectionSpec, CarriesTheRatingForever) {
  EXPECT_EQ(breaker().time_to_trip(0.5).value(), kNever);
  EXPECT_EQ(breaker().time_to_trip(1.0).value(), kNever);
  EXPECT_EQ(ProtectionSpec{}.time_to_trip(2.0).value(), kNever);
}

TEST(ProtectionSpec, FollowsItsCurve) {
  EXPECT_DOUBLE_EQ(breaker().time_to_trip(1.2).value(), 100);
  EXPECT_NEAR(breaker().time_to_trip(1.3).value(), 10, 1e-9);  // half way between 100 and 1, in the logarithm
  EXPECT_NEAR(breaker().time_to_trip(1.4).value(), 1, 1e-9);
}

TEST(ProtectionSpec, GoesOnBeyondItsCurve) {
  EXPECT_NEAR(breaker().time_to_trip(1.1).value(), 200, 1e-9);  // half the overload of the first point, twice its time
  EXPECT_NEAR(breaker().time_to_trip(3.0).value(), 1, 1e-9);
}

TEST(Protection, TripsWhenAConstantOverloadWasCarriedLongEnough) {
  const ProtectionSpec spec = breaker();
  Protection device(spec, Power(10000));
  EXPECT_EQ(device.change(Power(9000), Seconds(0)).value(), kNever);
  EXPECT_FALSE(device.overloaded());
  EXPECT_NEAR(device.change(Power(12000), Seconds(50)).value(), 150, 1e-9);
  EXPECT_TRUE(device.overloaded());
}

TEST(Protection, CountsTimeAtEachOverloadByItsShare) {
  const ProtectionSpec spec = breaker();
  Protection device(spec, Power(10000));
  (void)device.change(Power(12000), Seconds(0));
  // 40 of 100 s are spent; the rest of the way takes 0.6 of the 10 s at 1.3.
  EXPECT_NEAR(device.change(Power(13000), Seconds(40)).value(), 46, 1e-9);
  // After 3 s more, 0.7 is spent; 0.3 of 100 s remain at 1.2.
  EXPECT_NEAR(device.change(Power(12000), Seconds(43)).value(), 73, 1e-9);
}

TEST(Protection, ForgetsAnOverloadThatEnded) {
  const ProtectionSpec spec = breaker();
  Protection device(spec, Power(10000));
  (void)device.change(Power(12000), Seconds(0));
  EXPECT_EQ(device.change(Power(10000), Seconds(90)).value(), kNever);
  EXPECT_NEAR(device.change(Power(12000), Seconds(91)).value(), 191, 1e-9);
}

/// As where one leaves GPUs and another takes them at the same date.
TEST(Protection, DoesNotForgetWhereALowLoadTakesNoTime) {
  const ProtectionSpec spec = breaker();
  Protection device(spec, Power(10000));
  (void)device.change(Power(12000), Seconds(0));
  EXPECT_EQ(device.change(Power(9000), Seconds(40)).value(), kNever);
  EXPECT_EQ(device.change(Power(8000), Seconds(40)).value(), kNever);
  EXPECT_NEAR(device.change(Power(13000), Seconds(40)).value(), 46, 1e-9);
}

TEST(Protection, TripsOnce) {
  const ProtectionSpec spec = breaker();
  Protection device(spec, Power(10000));
  (void)device.change(Power(12000), Seconds(0));
  device.trip();
  EXPECT_EQ(device.change(Power(14000), Seconds(200)).value(), kNever);
}

}  // namespace
}  // namespace headroom

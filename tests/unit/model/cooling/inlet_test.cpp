#include "model/cooling/inlet.hpp"

#include <gtest/gtest.h>

#include "support/broken_rules.hpp"

namespace headroom {
namespace {

double inlet(const InletModel& spec, double outside, double load) {
  return spec.inlet(Celsius(outside), load).value();
}

TEST(Inlet, IsFlatInTheColdAndRisesWithTheWeather) {
  const InletCurve spec;
  EXPECT_DOUBLE_EQ(inlet(spec, -10, 0.5), 18.75);
  EXPECT_DOUBLE_EQ(inlet(spec, 15, 0.5), 18.75);
  EXPECT_DOUBLE_EQ(inlet(spec, 17.5, 0.5), (18.75 + 22.3) / 2);
  EXPECT_DOUBLE_EQ(inlet(spec, 30, 0.5), 31.4);
  EXPECT_DOUBLE_EQ(inlet(spec, 40, 0.5), 31.4 + 9.1);  // on with 0.91 K per K
}

TEST(Inlet, RisesWithLoad) {
  const InletCurve spec;
  EXPECT_DOUBLE_EQ(inlet(spec, 20, 1.0) - inlet(spec, 20, 0.0), 4.3);
  EXPECT_DOUBLE_EQ(inlet(spec, 20, 0.7), 22.3 + 0.2 * 4.3);
}

TEST(Inlet, TakesACurveOfItsOwn) {
  InletCurve spec;
  spec.curve = {{Celsius(30), Celsius(25)}};
  EXPECT_EQ(inlet(spec, 10, 0.5), 25);
  EXPECT_EQ(inlet(spec, 40, 0.5), 25);
  EXPECT_EQ(test::text_of_broken_rules(spec, "/inlet"), "");
  spec.curve.push_back({Celsius(20), Celsius(20)});
  EXPECT_EQ(test::text_of_broken_rules(spec, "/inlet"),
            "/inlet/curve/1: must have a higher outside_c than the point before\n");
}

/// Server 3 of TAPAS figure 3, at the load at which it holds.
TEST(Inlet, BendsWhereTheSiteIsTemperate) {
  const TemperateInlet spec;
  EXPECT_NEAR(inlet(spec, 13, 0.5), 18.20, 0.005);
  EXPECT_NEAR(inlet(spec, 15, 0.5), 18.59, 0.005);
  EXPECT_NEAR(inlet(spec, 20, 0.5), 21.76, 0.005);
  EXPECT_NEAR(inlet(spec, 25, 0.5), 26.87, 0.005);
  EXPECT_NEAR(inlet(spec, 28, 0.5), 30.08, 0.005);
  EXPECT_NEAR(inlet(spec, -60, 0.5), 17.98, 1e-9);
  EXPECT_DOUBLE_EQ(inlet(spec, 20, 1.0) - inlet(spec, 20, 0.0), 4.3);
}

TEST(Inlet, IsAPlaneWhereTheSiteIsHot) {
  const HotSiteInlet spec;
  EXPECT_NEAR(inlet(spec, 35, 0), 26.2, 1e-9);
  EXPECT_NEAR(inlet(spec, 35, 1), 29.1, 1e-9);
  EXPECT_NEAR(inlet(spec, 21, 1), 27.28, 1e-9);
  EXPECT_NEAR(inlet(spec, 49, 0), 29.21, 1e-9);
}

}  // namespace
}  // namespace headroom

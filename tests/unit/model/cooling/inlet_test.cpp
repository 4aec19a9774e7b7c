#include "model/cooling/inlet.hpp"

#include <gtest/gtest.h>

#include "support/broken_rules.hpp"

namespace headroom {
namespace {

double inlet(const InletSpec& spec, double outside, double load) {
  return spec.inlet(Celsius(outside), load).value();
}

TEST(Inlet, IsFlatInTheColdAndRisesWithTheWeather) {
  const InletSpec spec;
  EXPECT_DOUBLE_EQ(inlet(spec, -10, 0.5), 18.75);
  EXPECT_DOUBLE_EQ(inlet(spec, 15, 0.5), 18.75);
  EXPECT_DOUBLE_EQ(inlet(spec, 17.5, 0.5), (18.75 + 22.3) / 2);
  EXPECT_DOUBLE_EQ(inlet(spec, 30, 0.5), 31.4);
  EXPECT_DOUBLE_EQ(inlet(spec, 40, 0.5), 31.4 + 9.1);  // on with 0.91 K per K
}

TEST(Inlet, RisesWithLoad) {
  const InletSpec spec;
  EXPECT_DOUBLE_EQ(inlet(spec, 20, 1.0) - inlet(spec, 20, 0.0), 4.3);
  EXPECT_DOUBLE_EQ(inlet(spec, 20, 0.7), 22.3 + 0.2 * 4.3);
}

TEST(Inlet, TakesACurveOfItsOwn) {
  InletSpec spec;
  spec.curve = {{Celsius(30), Celsius(25)}};
  EXPECT_EQ(inlet(spec, 10, 0.5), 25);
  EXPECT_EQ(inlet(spec, 40, 0.5), 25);
  EXPECT_EQ(test::text_of_broken_rules(spec, "/inlet"), "");
  spec.curve.push_back({Celsius(20), Celsius(20)});
  EXPECT_EQ(test::text_of_broken_rules(spec, "/inlet"),
            "/inlet/curve/1: must have a higher outside_c than the point before\n");
}

}  // namespace
}  // namespace headroom

#include "base/special_functions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace headroom {
namespace {

TEST(SpecialFunctions, AgreeWithTheLibrary) {
  for (double x = 1; x < 1e6; x *= 1.0173)
    EXPECT_NEAR(log_gamma(x), std::lgamma(x), 1e-14 * std::max(1.0, std::lgamma(x))) << x;
  for (double z = -10; z < 10; z += 0.0173)
    EXPECT_NEAR(normal_below(z), 0.5 * std::erfc(-z / std::numbers::sqrt2), 1e-15) << z;
}

TEST(SpecialFunctions, HoldWhereTheyAreKnown) {
  EXPECT_NEAR(log_gamma(1), 0, 1e-14);
  EXPECT_NEAR(log_gamma(5), std::log(24), 1e-14);
  EXPECT_EQ(normal_below(0), 0.5);
  EXPECT_EQ(normal_below(-40), 0);
}

}  // namespace
}  // namespace headroom

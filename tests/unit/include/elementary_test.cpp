#include "headroom/elementary.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.hpp"

namespace headroom {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Distance from what the C library finds in extended precision, over an ulp.
double ulps(double value, long double truth) {
  const double size = std::abs(static_cast<double>(truth));
  const double ulp = std::nextafter(size, kInfinity) - size;
  return static_cast<double>(std::abs(static_cast<long double>(value) - truth)) / ulp;
}

TEST(Elementary, AreCloseToTheTruth) {
  RandomStream random(1, "elementary");
  const auto between = [&](double low, double high) { return low + (high - low) * random.uniform(); };
  for (int i = 0; i < 20000; ++i) {
    for (const double x : {between(-700, 700), between(-2, 2), between(-1e-6, 1e-6)})
      EXPECT_LT(ulps(portable::exp(x), std::exp(static_cast<long double>(x))), 1) << x;
    for (const double x : {std::exp(between(-700, 700)), between(0.3, 3), between(1 - 1e-5, 1 + 1e-5)})
      EXPECT_LT(ulps(portable::log(x), std::log(static_cast<long double>(x))), 1) << x;
    for (const double x : {between(-0.99, 3), -std::exp(between(-40, 0))})
      EXPECT_LT(ulps(portable::log1p(x), std::log1p(static_cast<long double>(x))), 3) << x;
    const double x = std::exp(between(-20, 20)), y = between(-30, 30);
    EXPECT_LT(ulps(portable::pow(x, y), std::pow(static_cast<long double>(x), static_cast<long double>(y))), 2)
        << x << " to the " << y;
  }
}

TEST(Elementary, HoldAtTheEnds) {
  EXPECT_EQ(portable::exp(0), 1);
  EXPECT_EQ(portable::exp(-kInfinity), 0);
  EXPECT_EQ(portable::exp(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(portable::exp(std::nan(""))));
  EXPECT_EQ(portable::exp(-745.0), 5e-324);
  EXPECT_EQ(portable::log(1), 0);
  EXPECT_EQ(portable::log(0), -kInfinity);
  EXPECT_EQ(portable::log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(portable::log(-1)));
  EXPECT_DOUBLE_EQ(portable::log(5e-324), std::log(5e-324));
  EXPECT_EQ(portable::log1p(1e-300), 1e-300);
}

TEST(Elementary, PowersOfWholeNumbersAreWhole) {
  for (int i = 0; i < 16; ++i) EXPECT_EQ(portable::pow(10, i), std::round(std::pow(10.0, i)));
  EXPECT_EQ(portable::pow(2, -3), 0.125);
  EXPECT_EQ(portable::pow(0.7, 1), 0.7);
  EXPECT_EQ(portable::pow(0, 3), 0);
  EXPECT_EQ(portable::pow(0, 0), 1);
  EXPECT_EQ(portable::pow(0.5, 1e300), 0);
  EXPECT_EQ(portable::pow(1, 1e300), 1);
}

}  // namespace
}  // namespace headroom

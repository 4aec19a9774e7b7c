#include "headroom/trigonometry.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace headroom {
namespace {

TEST(Trigonometry, IsCloseToTheTruth) {
  for (int i = -30000; i <= 30000; ++i) {
    const double turns = i / 9973.0;
    const long double angle = 2 * std::numbers::pi_v<long double> * static_cast<long double>(turns);
    EXPECT_NEAR(portable::phasor(turns).real(), static_cast<double>(std::cos(angle)), 3e-16) << turns;
    EXPECT_NEAR(portable::phasor(turns).imag(), static_cast<double>(std::sin(angle)), 3e-16) << turns;
  }
}

TEST(Trigonometry, QuartersOfATurnAreExact) {
  using Complex = std::complex<double>;
  for (const double whole : {-3.0, 0.0, 1e9}) {
    EXPECT_EQ(portable::phasor(whole), Complex(1, 0));
    EXPECT_EQ(portable::phasor(whole + 0.25), Complex(0, 1));
    EXPECT_EQ(portable::phasor(whole + 0.5), Complex(-1, 0));
    EXPECT_EQ(portable::phasor(whole + 0.75), Complex(0, -1));
  }
  EXPECT_EQ(portable::cosine(0.5), -1);
}

}  // namespace
}  // namespace headroom

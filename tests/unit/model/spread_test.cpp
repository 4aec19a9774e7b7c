#include "model/spread.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace headroom {
namespace {

TEST(Spread, OfFixedNumbersJumpsFromOneToTheNext) {
  const Spread spread = spread_of({{60, 1}, {35, 2}, {5, 10}});
  EXPECT_NEAR(spread.mean, 1.8, 1e-12);
  EXPECT_NEAR(spread.p50, 1, 1e-5);
  EXPECT_NEAR(spread.p90, 2, 1e-5);
  EXPECT_NEAR(spread.p99, 10, 1e-4);
}

TEST(Spread, OfAUniformNumber) {
  const Spread spread = spread_of({{1, 2, 10}});
  EXPECT_NEAR(spread.mean, 7, 1e-12);
  EXPECT_NEAR(spread.p90, 11, 1e-4);
}

TEST(Spread, OfAnExponentialNumber) {
  const Spread spread = spread_of({{1, 0, 0, 3}});
  EXPECT_NEAR(spread.mean, 3, 1e-12);
  EXPECT_NEAR(spread.p50, 3 * std::log(2.0), 1e-4);
  EXPECT_NEAR(spread.p99, 3 * std::log(100.0), 1e-3);
}

}  // namespace
}  // namespace headroom

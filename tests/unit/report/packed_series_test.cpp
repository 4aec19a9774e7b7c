#include "report/packed_series.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "support/unpacked_series.hpp"

namespace headroom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<double> walk(std::size_t count) {
  RandomStream random(1, "walk");
  std::vector<double> values;
  double power = 150e3;
  for (std::size_t i = 0; i < count; ++i) values.push_back(power += 4e3 * (random.uniform() - 0.5));
  return values;
}

TEST(PackedSeries, ComesBackWithinHalfAStep) {
  const auto values = walk(5000);
  const Json packed = packed_series(values);
  const auto back = test::unpacked(packed);
  ASSERT_EQ(back.size(), values.size());
  const double half = (packed["high"].get<double>() - packed["low"].get<double>()) / 65535 / 2;
  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_NEAR(back[i], values[i], half * (1 + 1e-9)) << i;
}

TEST(PackedSeries, KeepsExtremesAndJumps) {
  const std::vector<double> values = {0, 65535, 0, 1, 65534, 65535};
  EXPECT_EQ(test::unpacked(packed_series(values)), values);
}

TEST(PackedSeries, TakesNothingOneAndEqualValues) {
  EXPECT_THAT(test::unpacked(packed_series({})), IsEmpty());
  EXPECT_THAT(test::unpacked(packed_series(std::vector{42.5})), ElementsAre(42.5));
  EXPECT_EQ(test::unpacked(packed_series(std::vector(1000, -3.0))), std::vector(1000, -3.0));
}

TEST(PackedSeries, TakesLessThanJsonWould) {
  EXPECT_LT(packed_series(walk(10'000))["data"].get<std::string>().size(), 27'000U);
  EXPECT_LT(packed_series(std::vector(10'000, 7.0))["data"].get<std::string>().size(), 100U);
}

TEST(PackedSeriesDeathTest, RefusesWhatIsNotFinite) {
  const std::vector<double> values = {1, std::numeric_limits<double>::infinity()};
  EXPECT_DEATH((void)packed_series(values), "not finite");
}

}  // namespace
}  // namespace headroom

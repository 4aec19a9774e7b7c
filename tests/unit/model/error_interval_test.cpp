#include "model/error_interval.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace headroom {
namespace {

const std::vector<ErrorInterval> kKnown = {
    {ErrorKind::dense, ErrorQuantity::step, 0.9, 1.1, 50, {128, 8, 4096}},
    {ErrorKind::mixture, ErrorQuantity::step, 0.8, 1.05, 20, {64, 2, 2048}},
};

TEST(ErrorRange, IsThatOfItsKindWithinWhatWasMeasured) {
  const ErrorRange range = error_range(kKnown, ErrorKind::dense, ErrorQuantity::step, {128, 8, 1000});
  EXPECT_DOUBLE_EQ(range.low, 0.9);
  EXPECT_DOUBLE_EQ(range.high, 1.1);
  EXPECT_TRUE(is_measured(kKnown, ErrorKind::dense, ErrorQuantity::step, {128, 8, 1000}));
}

TEST(ErrorRange, WidensByAQuarterForEachFactorOfTwoBeyond) {
  const ErrorRange range = error_range(kKnown, ErrorKind::dense, ErrorQuantity::step, {512, 16, 1000});
  EXPECT_NEAR(range.low, std::pow(0.9, 1.75), 1e-12);
  EXPECT_NEAR(range.high, std::pow(1.1, 1.75), 1e-12);
  EXPECT_FALSE(is_measured(kKnown, ErrorKind::dense, ErrorQuantity::step, {512, 8, 1000}));
}

TEST(ErrorRange, OfAKindThatWasNotMeasuredIsTwiceTheWorst) {
  const ErrorRange range = error_range(kKnown, ErrorKind::fp8, ErrorQuantity::step, {});
  EXPECT_NEAR(range.low, 0.8 * 0.8, 1e-12);
  EXPECT_NEAR(range.high, 1.1 * 1.1, 1e-12);
  EXPECT_FALSE(is_measured(kKnown, ErrorKind::fp8, ErrorQuantity::step, {}));
}

TEST(ErrorRange, OfAQuantityThatWasNotMeasuredIsAFactorOfTwo) {
  const ErrorRange range = error_range(kKnown, ErrorKind::dense, ErrorQuantity::power, {});
  EXPECT_EQ(range.low, 0.5);
  EXPECT_EQ(range.high, 2.0);
}

}  // namespace
}  // namespace headroom

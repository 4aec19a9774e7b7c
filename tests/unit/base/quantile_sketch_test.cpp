#include "base/quantile_sketch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.hpp"

namespace headroom {
namespace {

constexpr double kError = 0.001;

/// The value below which a fraction q lies: the smallest whose rank reaches q of them.
double exact_quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const double rank = std::ceil(q * static_cast<double>(values.size()));
  return values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

TEST(QuantileSketch, ErrsByAtMostOneInAThousand) {
  for (const double sigma : {0.1, 1.0, 3.0}) {
    RandomStream stream(1, "sketch");
    QuantileSketch sketch;
    std::vector<double> values;
    for (int i = 0; i < 20000; ++i) {
      values.push_back(stream.lognormal(0.05, sigma));
      sketch.add(values.back());
    }
    for (const double q : {0.0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
      const double exact = exact_quantile(values, q);
      EXPECT_NEAR(sketch.quantile(q), exact, kError * exact) << "sigma " << sigma << ", q " << q;
    }
  }
}

TEST(QuantileSketch, KeepsWeightMeanAndExtremesExactly) {
  QuantileSketch sketch;
  for (const double value : {3.0, 1.0, 2.0}) sketch.add(value, 2.0);
  EXPECT_EQ(sketch.weight(), 6.0);
  EXPECT_EQ(sketch.mean(), 2.0);
  EXPECT_EQ(sketch.min(), 1.0);
  EXPECT_EQ(sketch.max(), 3.0);
  EXPECT_NEAR(sketch.quantile(0.0), 1.0, kError);
  EXPECT_NEAR(sketch.quantile(1.0), 3.0, 3.0 * kError);
  EXPECT_LE(sketch.quantile(1.0), sketch.max());
}

TEST(QuantileSketch, WeighsByDuration) {
  QuantileSketch sketch;
  sketch.add(100, 98.5);
  sketch.add(200, 1.5);
  EXPECT_NEAR(sketch.quantile(0.98), 100, 0.1);
  EXPECT_NEAR(sketch.quantile(0.99), 200, 0.2);
}

TEST(QuantileSketch, SaysZeroWhenEmpty) {
  const QuantileSketch sketch;
  EXPECT_TRUE(sketch.empty());
  EXPECT_EQ(sketch.quantile(0.5), 0.0);
  EXPECT_EQ(sketch.mean(), 0.0);
  EXPECT_EQ(sketch.max(), 0.0);
}

TEST(QuantileSketch, HoldsValuesTooSmallForABucket) {
  QuantileSketch sketch;
  sketch.add(0.0);
  sketch.add(1e-12);
  sketch.add(1.0);
  EXPECT_EQ(sketch.weight(), 3.0);
  EXPECT_LT(sketch.quantile(0.5), 1e-8);
  EXPECT_NEAR(sketch.quantile(1.0), 1.0, kError);
}

TEST(QuantileSketch, MergesToTheSketchOfAll) {
  QuantileSketch first, second, all;
  for (int i = 1; i <= 1000; ++i) {
    (i % 3 ? first : second).add(i * 0.01);
    all.add(i * 0.01);
  }
  first.merge(second);
  first.merge(QuantileSketch());
  for (const double q : {0.0, 0.25, 0.5, 0.99, 1.0}) EXPECT_EQ(first.quantile(q), all.quantile(q));
  EXPECT_EQ(first.weight(), all.weight());
  EXPECT_NEAR(first.mean(), all.mean(), 1e-12);
}

/// A range must fill the same buckets as its values one by one; where a value lies within rounding of a bucket's edge
/// the closed form may put it on the other side, which moves a quantile by one value at most.
void expect_range_like_values(double first, double step, std::uint64_t count) {
  QuantileSketch range, single;
  range.add_range(first, step, count, 2.0);
  for (std::uint64_t i = 0; i < count; ++i) single.add(first + step * static_cast<double>(i), 2.0);
  EXPECT_EQ(range.weight(), single.weight());
  EXPECT_NEAR(range.mean(), single.mean(), 1e-12 * single.mean());
  EXPECT_EQ(range.min(), single.min());
  EXPECT_EQ(range.max(), single.max());
  for (double q = 0; q <= 1.0; q += 0.01) {
    const double expected = single.quantile(q);
    EXPECT_NEAR(range.quantile(q), expected, 2.1 * kError * expected)
        << first << ' ' << step << ' ' << count << ' ' << q;
  }
}

TEST(QuantileSketch, AddsARangeAsItsValuesOneByOne) {
  expect_range_like_values(0.025, 1e-6, 10000);  // many values a bucket
  expect_range_like_values(0.5, 0.25, 100);      // many buckets between two values, edges hit exactly
  expect_range_like_values(0.04, 0.0, 50);       // all equal
  expect_range_like_values(3.0, 1.0, 1);
  expect_range_like_values(1e-12, 1e-10, 100);  // begins below the smallest bucket
}

TEST(QuantileSketch, AddsARangeBucketByBucketWithoutRounding) {
  // Steps of 1/1024 from 1 to 2: buckets of 1/512 hold exactly two values each.
  QuantileSketch range, single;
  range.add_range(1.0, 0x1p-10, 1024);
  for (int i = 0; i < 1024; ++i) single.add(1.0 + i * 0x1p-10);
  for (int i = 0; i <= 1000; ++i) EXPECT_EQ(range.quantile(i / 1000.0), single.quantile(i / 1000.0));
}

TEST(QuantileSketch, AddsAnEmptyRange) {
  QuantileSketch sketch;
  sketch.add_range(1.0, 1.0, 0);
  EXPECT_TRUE(sketch.empty());
}

}  // namespace
}  // namespace headroom

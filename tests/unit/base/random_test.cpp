#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace headroom {
namespace {

constexpr int draws = 400'000;

struct Sample {
  double mean = 0.0;
  double sd = 0.0;
};

template <class Draw>
Sample sample(const Draw& draw) {
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < draws; ++i) {
    const double x = draw();
    sum += x;
    squares += x * x;
  }
  const double mean = sum / draws;
  return {mean, std::sqrt(squares / draws - mean * mean)};
}

// Two streams agree exactly when seed and name do.
TEST(RandomStream, RepeatsForTheSameSeedAndName) {
  RandomStream a(7, "arrivals");
  RandomStream b(7, "arrivals");
  RandomStream other_name(7, "lengths");
  RandomStream other_seed(8, "arrivals");
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t bits = a.bits();
    EXPECT_EQ(bits, b.bits());
    EXPECT_NE(bits, other_name.bits());
    EXPECT_NE(bits, other_seed.bits());
  }
}

// Pinned, because shipped traces were generated from it.
TEST(RandomStream, KeepsItsSequence) {
  RandomStream stream(1, "pinned");
  const std::array<std::uint64_t, 3> first{stream.bits(), stream.bits(), stream.bits()};
  EXPECT_EQ(first, (std::array<std::uint64_t, 3>{0x04352d813213a531ULL, 0x12874ec863b7fac8ULL, 0xecc7314c3c2fbd77ULL}));
}

TEST(RandomStream, UniformHasTheMomentsOfTheUnitInterval) {
  RandomStream stream(1, "uniform");
  double smallest = 1.0;
  double largest = 0.0;
  const Sample s = sample([&] {
    const double u = stream.uniform();
    smallest = std::min(smallest, u);
    largest = std::max(largest, u);
    return u;
  });
  EXPECT_NEAR(s.mean, 0.5, 0.002);
  EXPECT_NEAR(s.sd, std::sqrt(1.0 / 12.0), 0.001);
  EXPECT_GT(smallest, 0.0);
  EXPECT_LT(largest, 1.0);
}

TEST(RandomStream, IntegerReachesBothEndsEquallyOften) {
  RandomStream stream(1, "integer");
  std::array<int, 6> counts{};
  for (int i = 0; i < draws; ++i) ++counts[stream.integer(10, 15) - 10];
  for (const int count : counts) EXPECT_NEAR(count, draws / 6.0, 5.0 * std::sqrt(draws / 6.0));
}

TEST(RandomStream, IntegerHandlesOneValueAndTheFullRange) {
  RandomStream stream(1, "integer");
  EXPECT_EQ(stream.integer(42, 42), 42U);
  std::uint64_t any = 0;
  for (int i = 0; i < 64; ++i) any |= stream.integer(0, ~std::uint64_t{0});
  EXPECT_GT(any, std::uint64_t{1} << 62);
}

TEST(RandomStream, ExponentialHasEqualMeanAndDeviation) {
  RandomStream stream(1, "exponential");
  const Sample s = sample([&] { return stream.exponential(3.0); });
  EXPECT_NEAR(s.mean, 3.0, 0.02);
  EXPECT_NEAR(s.sd, 3.0, 0.04);
}

TEST(RandomStream, NormalIsStandard) {
  RandomStream stream(1, "normal");
  const Sample s = sample([&] { return stream.normal(); });
  EXPECT_NEAR(s.mean, 0.0, 0.006);
  EXPECT_NEAR(s.sd, 1.0, 0.005);
}

// Mean of a lognormal: median exp(sigma^2 / 2) = 100 exp(0.125) = 113.31.
TEST(RandomStream, LognormalHasItsMean) {
  RandomStream stream(1, "lognormal");
  const Sample s = sample([&] { return stream.lognormal(100.0, 0.5); });
  EXPECT_NEAR(s.mean, 113.31, 0.5);
}

TEST(RandomStream, GammaHasItsMeanAndCv) {
  for (const double cv : {0.2, 0.7, 1.0, 1.5, 3.0}) {
    RandomStream stream(1, "gamma");
    const Sample s = sample([&] { return stream.gamma(2.0, cv); });
    EXPECT_NEAR(s.mean, 2.0, 2.0 * 5.0 * cv / std::sqrt(draws)) << cv;
    EXPECT_NEAR(s.sd / s.mean, cv, 0.02 * cv * cv + 0.005) << cv;
  }
}

TEST(RandomStream, GammaWithoutVariationIsConstant) {
  RandomStream stream(1, "gamma");
  EXPECT_EQ(stream.gamma(2.0, 0.0), 2.0);
}

TEST(NormalQuantile, InvertsTheCumulativeDistribution) {
  for (double x = -8.0; x <= 5.0; x += 0.125) {
    const double p = 0.5 * std::erfc(-x / std::sqrt(2.0));
    const double lost_above_half = x > 0.0 ? 1e-15 * std::exp(0.5 * x * x) : 0.0;  // p itself is rounded near 1
    EXPECT_NEAR(normal_quantile(p), x, 1e-13 + lost_above_half) << x;
  }
  EXPECT_EQ(normal_quantile(0.5), 0.0);
}

}  // namespace
}  // namespace headroom

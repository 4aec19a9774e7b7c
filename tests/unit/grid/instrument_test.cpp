#include "grid/instrument.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "grid/spectrum.hpp"
#include "support/power_traces.hpp"

namespace headroom {
namespace {

TEST(Instrument, OfNoneShowsThePowerItself) {
  const PowerTrace trace = test::sine(1e6, 1e5, 0.4);
  EXPECT_EQ(seen_through(Instrument::none, trace).power_w, trace.power_w);
}

TEST(Instrument, MeanOfASecondLowersASineBySinc) {
  for (const double frequency : {0.2, 0.5, 0.7, 1.5, 2.3}) {
    const Spectrum seen =
        spectrum_of(seen_through(Instrument::one_second_mean, test::sine(1e6, 1e5, frequency)), Hertz(0.1));
    const double angle = std::numbers::pi * frequency;
    const double boxcar = std::abs(std::sin(angle) / (50 * std::sin(angle / 50)));  // of 50 samples
    const double rms = std::sqrt(seen.variance_in(Band{}));
    EXPECT_NEAR(rms, 1e5 / std::numbers::sqrt2 * boxcar, 1) << frequency;
    EXPECT_NEAR(boxcar, std::abs(std::sin(angle) / angle), 0.004) << frequency;
  }
}

TEST(Instrument, MeanOfASecondRemovesASineOfOneHertz) {
  const PowerTrace seen = seen_through(Instrument::one_second_mean, test::sine(1e6, 1e5, 1.0));
  const auto [low, high] = std::ranges::minmax(seen.power_w);
  EXPECT_NEAR(static_cast<double>(high - low), 0, 0.5);
}

TEST(Instrument, MeanBeginsWithTheFirstFullSecond) {
  const PowerTrace seen =
      seen_through(Instrument::one_second_mean, test::sampled(3, [](double t) { return t < 1.0 ? 0.0 : 100.0; }));
  EXPECT_DOUBLE_EQ(seen.start.value(), 0.98);  // the 50th sample
  EXPECT_EQ(seen.power_w.size(), 101u);
  EXPECT_EQ(seen.power_w.front(), 0);
  EXPECT_EQ(seen.power_w[25], 50);
  EXPECT_EQ(seen.power_w[50], 100);
}

TEST(Instrument, MeanOfLessThanASecondIsEmpty) {
  EXPECT_TRUE(seen_through(Instrument::one_second_mean, test::sine(1e6, 1e5, 1.0, 0.5)).power_w.empty());
}

}  // namespace
}  // namespace headroom

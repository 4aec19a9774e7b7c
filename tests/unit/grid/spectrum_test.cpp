#include "grid/spectrum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <random>

#include "support/power_traces.hpp"

namespace headroom {
namespace {

using test::sampled;
using test::sine;
using test::square;

const Band kBand{};

double rms(const Spectrum& spectrum, const Band& band) {
  return std::sqrt(spectrum.variance_in(band));
}

TEST(Spectrum, FindsASineInTheBand) {
  const Spectrum spectrum = spectrum_of(sine(1e6, 2e5, 1.0), kBand.from);
  EXPECT_NEAR(rms(spectrum, kBand), 2e5 / std::numbers::sqrt2, 1);
  EXPECT_NEAR(spectrum.variance_in(kBand) / spectrum.variance(), 1.0, 1e-6);
  EXPECT_NEAR(spectrum.largest_bin_w(kBand), 2e5, 1);
  EXPECT_DOUBLE_EQ(spectrum.bin_hz, 1.0 / 200);                       // segments of 20 / 0.1 Hz
  EXPECT_NEAR(spectrum.amplitude_w[200], 2e5, 1);                     // 200 / 200 Hz
  EXPECT_NEAR(spectrum.psd[200] * spectrum.bin_hz, 2e10 / 1.5, 1e5);  // Hann: a noise bandwidth of 1.5 bins
}

TEST(Spectrum, LosesALittleAmplitudeBetweenBinsAndNoEnergy) {
  const Spectrum spectrum = spectrum_of(sine(1e6, 2e5, 1.0 + 0.5 / 200), kBand.from);
  EXPECT_NEAR(spectrum.largest_bin_w(kBand), 2e5 * 8 / (3 * std::numbers::pi), 50);  // Hann half a bin off: 0.849
  EXPECT_NEAR(rms(spectrum, kBand), 2e5 / std::numbers::sqrt2, 2e2);
}

TEST(Spectrum, TellsWhatIsOutsideTheBand) {
  // 3 and 4 kW: 9 / 25 of the energy at 2 Hz, 16 / 25 at 24 Hz.
  const auto trace = sampled(300, [](double t) {
    return 1e4 + 3e3 * std::sin(2 * std::numbers::pi * 2 * t) + 4e3 * std::cos(2 * std::numbers::pi * 24 * t);
  });
  const Spectrum spectrum = spectrum_of(trace, kBand.from);
  EXPECT_NEAR(spectrum.variance_in(kBand) / spectrum.variance(), 9.0 / 25, 1e-6);
  EXPECT_NEAR(spectrum.largest_bin_w(kBand), 3e3, 0.1);
}

TEST(Spectrum, CountsSlowSwingsAsEnergyOutsideTheBand) {
  // 1 kW at 1 Hz on 3 kW with a period of 150 s, longer than a segment.
  const auto trace = sampled(3000, [](double t) {
    return 1e4 + 1e3 * std::sin(2 * std::numbers::pi * t) + 3e3 * std::sin(2 * std::numbers::pi * t / 150);
  });
  const Spectrum spectrum = spectrum_of(trace, kBand.from);
  EXPECT_NEAR(spectrum.variance_in(kBand) / spectrum.variance(), 0.1, 2e-3);
}

TEST(Spectrum, HasTheHarmonicsOfASquareWave) {
  // Swing S: odd harmonics k of amplitude 2 S / (pi k), variance S^2 / 4; sampling at 50 Hz folds the highest ones.
  const Spectrum spectrum = spectrum_of(square(0, 1000, 2.0, 1.0), kBand.from);
  EXPECT_NEAR(spectrum.variance(), 250000, 250);
  for (const std::size_t k : {1u, 3u, 5u})
    EXPECT_NEAR(spectrum.amplitude_w[100 * k] / (2000 / (std::numbers::pi * static_cast<double>(k))), 1.0, 0.01);
  EXPECT_NEAR(spectrum.amplitude_w[200], 0, 1e-6);
}

TEST(Spectrum, AddsUpToTheWeightedVariance) {
  // Parseval on one segment: sum psd df = sum (w x)^2 / sum w^2, whatever x is; even and odd lengths.
  for (const double seconds : {20.0, 19.98}) {
    std::mt19937 random(7);
    const auto trace = sampled(seconds, [&](double) { return static_cast<double>(random() % 1000); });
    const double n = static_cast<double>(trace.power_w.size());
    double mean = 0, weighted = 0, weights = 0;
    for (const float power : trace.power_w) mean += static_cast<double>(power) / n;
    for (std::size_t i = 0; i < trace.power_w.size(); ++i) {
      const double window = std::pow(std::sin(std::numbers::pi * static_cast<double>(i) / n), 2);
      weighted += std::pow(window * (static_cast<double>(trace.power_w[i]) - mean), 2);
      weights += window * window;
    }
    EXPECT_NEAR(spectrum_of(trace, kBand.from).variance() / (weighted / weights), 1.0, 1e-12);
  }
}

TEST(Spectrum, OfConstantPowerIsZero) {
  const Spectrum spectrum = spectrum_of(sampled(60, [](double) { return 123456.7; }), kBand.from);
  EXPECT_EQ(spectrum.variance(), 0);
  EXPECT_EQ(spectrum.largest_bin_w(kBand), 0);
}

TEST(Spectrum, TakesATraceShorterThanASegmentWhole) {
  const Spectrum spectrum = spectrum_of(sine(1e6, 2e5, 1.0, 10), kBand.from);
  EXPECT_DOUBLE_EQ(spectrum.bin_hz, 0.1);
  EXPECT_NEAR(rms(spectrum, kBand), 2e5 / std::numbers::sqrt2, 1);
}

}  // namespace
}  // namespace headroom

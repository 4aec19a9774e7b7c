#include "grid/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numeric>

#include "grid/fourier.hpp"
#include "headroom/trigonometry.hpp"

namespace headroom {
namespace {

std::vector<double> hann(std::size_t size) {
  std::vector<double> window(size);
  for (std::size_t i = 0; i < size; ++i)
    window[i] = 0.5 - 0.5 * portable::cosine(static_cast<double>(i) / static_cast<double>(size));
  return window;
}

std::size_t segment_size(const PowerTrace& trace, Hertz band_bottom) {
  const auto available = trace.power_w.size();
  const double wanted = segment_length(band_bottom, trace.sample * static_cast<double>(available)) / trace.sample;
  return wanted >= static_cast<double>(available) ? available : static_cast<std::size_t>(std::ceil(wanted - 1e-6));
}

/// The trace without its mean; exactly 0 where power is constant.
std::vector<double> deviations(const std::vector<float>& power_w) {
  const double first = static_cast<double>(power_w.front());
  std::vector<double> deviation;
  deviation.reserve(power_w.size());
  for (const float power : power_w) deviation.push_back(static_cast<double>(power) - first);
  const double mean = std::accumulate(deviation.begin(), deviation.end(), 0.0) / static_cast<double>(deviation.size());
  for (double& value : deviation) value -= mean;
  return deviation;
}

/// Mean of |X_k|^2 over the segments. Two of them make one transform Z, as its real and imaginary part:
/// |X_k|^2 + |Y_k|^2 = (|Z_k|^2 + |Z_(n-k)|^2) / 2.
std::vector<double> mean_periodogram(const std::vector<double>& signal, const std::vector<double>& window) {
  const std::size_t size = window.size(), hop = size - size / 2;
  const std::size_t segments = (signal.size() - size) / hop + 1;
  Fourier fourier(size);
  std::vector<std::complex<double>> pair(size);
  std::vector<double> sums(size / 2 + 1);
  for (std::size_t segment = 0; segment < segments; segment += 2) {
    const double* first = signal.data() + segment * hop;
    const double* second = segment + 1 < segments ? first + hop : nullptr;
    for (std::size_t i = 0; i < size; ++i) pair[i] = {window[i] * first[i], second ? window[i] * second[i] : 0.0};
    const auto& values = fourier.transform(pair);
    for (std::size_t k = 0; k < sums.size(); ++k)
      sums[k] += 0.5 * (std::norm(values[k]) + std::norm(values[(size - k) % size]));
  }
  for (double& sum : sums) sum /= static_cast<double>(segments);
  return sums;
}

}  // namespace

double Spectrum::variance() const {
  return bin_hz * std::accumulate(psd.begin(), psd.end(), 0.0);
}

double Spectrum::variance_in(const Band& band) const {
  double sum = 0;
  for (std::size_t k = 0; k < psd.size(); ++k)
    if (band.contains(frequency_hz(k))) sum += psd[k];
  return bin_hz * sum;
}

std::size_t Spectrum::bins_in(const Band& band) const {
  std::size_t bins = 0;
  for (std::size_t k = 0; k < psd.size(); ++k) bins += band.contains(frequency_hz(k));
  return bins;
}

double Spectrum::largest_bin_w(const Band& band) const {
  double largest = 0;
  for (std::size_t k = 0; k < amplitude_w.size(); ++k)
    if (band.contains(frequency_hz(k))) largest = std::max(largest, amplitude_w[k]);
  return largest;
}

Spectrum spectrum_of(const PowerTrace& trace, Hertz band_bottom) {
  const std::size_t size = segment_size(trace, band_bottom);
  const std::vector<double> window = hann(size);
  const double sum = std::accumulate(window.begin(), window.end(), 0.0);
  const double energy = std::inner_product(window.begin(), window.end(), window.begin(), 0.0);
  const double rate = 1 / trace.sample.value();
  Spectrum spectrum{rate / static_cast<double>(size), {}, {}};
  const auto powers = mean_periodogram(deviations(trace.power_w), window);
  for (std::size_t k = 0; k < powers.size(); ++k) {
    const double sides = k == 0 || 2 * k == size ? 1.0 : 2.0;
    spectrum.psd.push_back(sides * powers[k] / (rate * energy));
    spectrum.amplitude_w.push_back(sides * std::sqrt(powers[k]) / sum);
  }
  return spectrum;
}

}  // namespace headroom

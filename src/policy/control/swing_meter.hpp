#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "headroom/quantity.hpp"
#include "headroom/trigonometry.hpp"

namespace headroom {

/// Amplitudes of some frequencies in a series of powers: of frequency f over the last N samples
/// 2/N |sum x_i exp(-2 pi j f i T)|, f rounded to a multiple of 1 / window, so that a constant power has none; by a
/// sliding sum, taken anew once a window.
class SwingMeter {
 public:
  SwingMeter() = default;
  /// Frequencies in Hz; the window is rounded to whole samples.
  SwingMeter(std::span<const double> frequencies, Seconds sample, Seconds window) {
    const double n = std::round(window / sample);
    samples_.assign(static_cast<std::size_t>(n), 0.0);
    for (const double frequency : frequencies) {
      const double turns = std::round(frequency * window.value());
      bins_.push_back({.sum = {}, .fresh = {}, .turn = portable::phasor(-turns / n)});
    }
  }

  void add(Power power) {
    for (Bin& bin : bins_) {
      bin.sum += (power.value() - samples_[next_]) * bin.phase;
      bin.fresh += power.value() * bin.phase;
      bin.phase *= bin.turn;
    }
    samples_[next_] = power.value();
    if (++next_ < samples_.size()) return;
    next_ = 0;
    filled_ = true;
    for (Bin& bin : bins_) {
      bin.sum = bin.fresh;
      bin.fresh = {};
      bin.phase = {1.0, 0.0};
    }
  }

  /// The largest at the last sample; 0 until the window has been filled.
  [[nodiscard]] Power amplitude() const {
    if (!filled_) return Power();
    double largest = 0;
    for (const Bin& bin : bins_) largest = std::max(largest, std::norm(bin.sum));
    return Power(2 * std::sqrt(largest) / static_cast<double>(samples_.size()));
  }

 private:
  struct Bin {
    std::complex<double> sum, fresh, turn;  ///< sum over the window; the one taken anew; factor of one sample
    std::complex<double> phase{1.0, 0.0};
  };

  std::vector<double> samples_;
  std::vector<Bin> bins_;
  std::size_t next_ = 0;
  bool filled_ = false;
};

}  // namespace headroom

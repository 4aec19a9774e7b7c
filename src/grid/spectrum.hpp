#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "grid/grid_spec.hpp"
#include "grid/power_trace.hpp"

namespace headroom {

/// How the swing of a power spreads over frequencies, from 0 to half the sampling rate.
struct Spectrum {
  double bin_hz = 0;                ///< bin k lies at k * bin_hz
  std::vector<double> psd;          ///< one-sided density, W^2/Hz; its sum times bin_hz is the variance of the power
  std::vector<double> amplitude_w;  ///< of the sine at the bin's frequency that would give this value

  [[nodiscard]] double frequency_hz(std::size_t bin) const { return bin_hz * static_cast<double>(bin); }
  /// Energy of the swing, W^2.
  [[nodiscard]] double variance() const;
  [[nodiscard]] double variance_in(const Band& band) const;
  [[nodiscard]] std::size_t bins_in(const Band& band) const;
  /// How far from a band's edge a line must be for the bins to tell on which side it is: Hann's window spreads it over
  /// three of them.
  [[nodiscard]] Hertz spread() const { return Hertz(1.5 * bin_hz); }
  /// The largest amplitude of a bin inside the band; 0 where no bin is.
  [[nodiscard]] double largest_bin_w(const Band& band) const;
};

/// The shortest trace of which a band can be judged: three periods of its bottom (training_power.md, "Checks").
[[nodiscard]] inline Seconds shortest_trace(Hertz band_bottom) {
  return Seconds(3.0 / band_bottom.value());
}

/// How long a segment is: twenty periods of the band's bottom, so that a line a tenth below it is told from the band,
/// or as many whole ones as a shorter trace has; all of it where that is less than the shortest trace.
[[nodiscard]] inline Seconds segment_length(Hertz band_bottom, Seconds trace) {
  const double periods = std::floor(trace.value() * band_bottom.value() * (1 + 1e-9));
  return periods < 3.0 ? trace : Seconds(std::min(periods, 20.0) / band_bottom.value());
}

/// Welch's estimate (IEEE Trans. Audio Electroacoust. 15, 1967): the mean of the trace is removed; segments of
/// `segment_length` overlap by half, are weighted by a periodic Hann window w
/// and their |X_k|^2 averaged; what is left at the end, shorter than half a segment, is not used. With n samples a
/// segment at rate r and a factor c_k of 2 (1 for bin 0 and r / 2),
///   psd_k = c_k mean |X_k|^2 / (r sum w^2),   amplitude_k = c_k sqrt(mean |X_k|^2) / sum w.
/// The amplitude of a sine between two bins is up to 15 % lower. The trace has at least two samples.
[[nodiscard]] Spectrum spectrum_of(const PowerTrace& trace, Hertz band_bottom);

}  // namespace headroom

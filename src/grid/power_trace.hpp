#pragma once

#include <vector>

#include "headroom/quantity.hpp"

namespace headroom {

/// Power of a node at equal distances in time. A sample takes four bytes (an hour at 50 Hz: 180,000 samples, 0.7 MB)
/// and errs by at most 6e-8 of its value.
struct PowerTrace {
  Seconds start{};  ///< date of the first sample
  Seconds sample{0.02};
  std::vector<float> power_w;
  float between_w = 0;     ///< how far power between two samples went, at most, above the higher or below the lower one
  float beyond_rms_w = 0;  ///< the same as the root of the mean square over time, which is about 0 for single edges

  /// The number of samples in a time, to the nearest.
  [[nodiscard]] std::size_t samples_in(Seconds time) const { return static_cast<std::size_t>(time / sample + 0.5); }
};

}  // namespace headroom

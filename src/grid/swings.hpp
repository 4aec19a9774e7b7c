#pragma once

#include "grid/power_trace.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Largest difference of two samples at most `window` apart, W.
[[nodiscard]] double largest_swing_w(const PowerTrace& trace, Seconds window);

/// The steepest rise and fall, W/s, both 0 or above: (P(t + h) - P(t)) / h.
struct Ramps {
  double up_w_per_s = 0;
  double down_w_per_s = 0;
};

/// Ramps over a horizon h (rounded to samples, at least one), of moves larger than `box` alone.
[[nodiscard]] Ramps steepest_ramps(const PowerTrace& trace, Seconds horizon, Power box);

}  // namespace headroom

#pragma once

#include "grid/power_trace.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Largest difference of two samples at most `window` apart, W.
[[nodiscard]] double largest_swing_w(const PowerTrace& trace, Seconds window);

/// The steepest rise and fall, W/s, both 0 or above: moves between two samples at most h apart, over h.
struct Ramps {
  double up_w_per_s = 0;
  double down_w_per_s = 0;
};

/// max over 0 < s <= h of (P(t + s) - P(t)) / h, and of its negative, of moves larger than `box` alone; h is rounded to
/// samples, at least one. Not of s = h alone: power that repeats every h would have no ramp.
[[nodiscard]] Ramps steepest_ramps(const PowerTrace& trace, Seconds horizon, Power box);

}  // namespace headroom

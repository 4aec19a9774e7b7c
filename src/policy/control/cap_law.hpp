#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "headroom/quantity.hpp"

namespace headroom {

/// Something that must stay below a limit and follows the clock of some servers: what it is now at a clock, of which a
/// part no clock moves.
struct Clocked {
  double now = 0;
  double fixed = 0;  ///< of it
  double ratio = 1;  ///< draw at the clock of now over that at the highest
  double limit = 0;

  [[nodiscard]] double at(double other_ratio) const {
    return fixed + std::max(now - fixed, 0.0) * (other_ratio / ratio);
  }
};

/// Which of rising clocks is the highest at which it stays at or below so much of its limit, by the ratio of each; the
/// lowest where none does.
[[nodiscard]] inline std::size_t highest_fitting(const Clocked& what, double fraction, std::span<const double> ratios) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < ratios.size(); ++i)
    if (what.at(ratios[i]) <= fraction * what.limit) best = i;
  return best;
}

}  // namespace headroom

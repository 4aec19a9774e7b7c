#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// Of something over many placements.
struct OverPlacements {
  double least = 0, median = 0, mean = 0, worst = 0;
};

/// What comes of placing the same virtual machines at random, all of them at their peak, in a steady state.
struct RandomPlacements {
  OverPlacements hottest_c;   ///< the hottest GPU of the site
  OverPlacements row_peak_w;  ///< the row that draws most
  double correlation = 0;     ///< of the two
};

/// TAPAS figure 11: each GPU of server i draws `levels[k]` of its TDP, k a random one of those that are left. The
/// scenario has /cooling, and as many servers as there are levels; its seed is that of the hardware, `seed` that of the
/// placements. Air is unlimited here.
[[nodiscard]] RandomPlacements random_placements(const Scenario& scenario, std::span<const double> levels,
                                                 std::size_t permutations, std::uint64_t seed);

}  // namespace headroom

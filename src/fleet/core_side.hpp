#pragma once

#include <cstdint>
#include <vector>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Instances on CPU cores of a server, and what they draw beside an idle host.
struct CoreSide {
  std::uint16_t free_cores = 0;
  std::vector<SliceId> slices;
  Power power{};
  Energy energy{};  ///< up to `since`
  Seconds since{};

  [[nodiscard]] Energy energy_until(Seconds now) const { return energy + power * (now - since); }
  void draws(Power from_now_on, Seconds now) {
    energy = energy_until(now);
    since = now;
    power = from_now_on;
  }
};

}  // namespace headroom

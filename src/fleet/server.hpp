#pragma once

#include <cstdint>
#include <vector>

#include "base/prefetch.hpp"
#include "fleet/limits.hpp"
#include "headroom/id.hpp"

namespace headroom {

/// What holds a server, who sits on it, and what it draws.
struct alignas(kCacheLine) Server {
  // What a change of draw touches.
  NodeId node;
  TypeId type;
  std::uint16_t gpus = 0;
  std::uint16_t free_gpus = 0;
  bool down = false;
  std::vector<SliceId> slices;  ///< of those who sit on it, by GPU
  double gpu_power_w = -1;      ///< below 0 before the first booking
  double gpu_energy_j = 0;      ///< up to `since`
  double other_power_w = 0;     ///< of these, GPUs on which no instance sits
  double other_energy_j = 0;
  double since = 0;

  Power jobs_add{};  ///< what jobs draw at its inlet beyond idle GPUs; booked in the tree by themselves
  Limits limits;
  double throttled_since = 0;  ///< where it is throttled

  /// Whether limits hold it, as far as there is anything to hold.
  [[nodiscard]] bool is_throttled() const { return !down && limits.any(); }
};

}  // namespace headroom

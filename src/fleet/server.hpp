#pragma once

#include <cstdint>

#include "fleet/limits.hpp"
#include "headroom/id.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// What holds a server as it acts now, and what it draws.
struct Server {
  NodeId node;
  PoolId pool;
  Priority priority = Priority::low;
  std::uint32_t first_instance = 0;
  std::uint32_t instances = 0;
  Limits limits;
  bool down = false;
  double throttled_since = 0;  ///< where limits hold it
  double gpu_power_w = -1;     ///< below 0 before the first booking
  double gpu_energy_j = 0;     ///< up to `since`
  double since = 0;
};

}  // namespace headroom

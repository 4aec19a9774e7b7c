#pragma once

#include <cstdint>
#include <optional>

#include "headroom/gpu.hpp"
#include "headroom/id.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// A server's clock, cap and brake as they act now, and what it draws.
struct Server {
  NodeId node;
  PoolId pool;
  Priority priority = Priority::low;
  std::uint32_t first_instance = 0;
  std::uint32_t instances = 0;
  std::optional<Hertz> lock;
  std::optional<Power> cap;
  bool braked = false;       ///< by a controller
  bool held_braked = false;  ///< by a protection device that tripped, for the rest of the run
  bool down = false;
  double gpu_power_w = -1;  ///< below 0 before the first booking
  double gpu_energy_j = 0;  ///< up to `since`
  double since = 0;

  /// The clock its GPUs may run at.
  [[nodiscard]] Hertz clock(const GpuSpec& gpu) const {
    return braked || held_braked ? gpu.brake_clock : lock ? *lock : gpu.max_clock;
  }
};

}  // namespace headroom

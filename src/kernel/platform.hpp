#pragma once

#include <memory>
#include <span>
#include <vector>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"
#include "kernel/clock_switch.hpp"
#include "kernel/event_queue.hpp"
#include "kernel/flow_solver.hpp"
#include "kernel/network_layout.hpp"

namespace headroom {

/// What runs the events of a queue, and holds a host a server with a pstate for every SM clock. There can be one per
/// process, ever (SimGrid never resets its clock).
class Platform : public ClockSwitch {
 public:
  /// Who hears of clocks that change; outlives the run.
  virtual void watch(ClockWatch& watch) = 0;
  /// Of one with a network.
  virtual FlowSolver& flows() = 0;
  /// Runs until no event is left.
  virtual void run() = 0;
};

/// Loads SimGrid and makes its platform: only what runs waits for that. `clocks` are, by server type, those that its
/// GPUs support, the highest first; `servers` says of which type each is; `network`, if any, what flows share; the
/// queue outlives it. Throws std::runtime_error where our library is not found beside the program, nor where it is
/// installed.
[[nodiscard]] std::unique_ptr<Platform> load_platform(std::span<const std::vector<Hertz>> clocks,
                                                      std::span<const TypeId> servers, const NetworkLayout* network,
                                                      EventQueue& queue);

}  // namespace headroom

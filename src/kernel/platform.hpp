#pragma once

#include <memory>
#include <span>
#include <vector>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"
#include "kernel/clock_switch.hpp"
#include "kernel/event_queue.hpp"

namespace headroom {

/// The SimGrid side of a run: one host a server with a pstate for every SM clock, and the event queue in the kernel.
/// There can be one per process, ever (SimGrid never resets its clock).
class Platform final : public ClockSwitch {
 public:
  /// `clocks` are those that the servers' GPUs support, the highest first. The queue outlives this.
  Platform(std::span<const Hertz> clocks, std::size_t servers, EventQueue& queue);
  ~Platform() override;
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  bool set_clock(ServerId server, Hertz clock) override;
  /// Who hears of clocks that change; outlives the run.
  void watch(ClockWatch& watch);
  /// Runs until no event is left.
  void run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::vector<Hertz> clocks_;
};

}  // namespace headroom

#pragma once

#include <memory>
#include <span>
#include <vector>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"
#include "kernel/event_queue.hpp"

namespace headroom {

/// Told of a server and its new clock whenever its pstate changes.
class ClockWatch {
 public:
  virtual ~ClockWatch() = default;
  virtual void clock_changed(ServerId server, Hertz clock) = 0;
};

/// The SimGrid side of a run: one host a server with a pstate for every SM clock, and the event queue in the kernel.
/// There can be one per process, ever (SimGrid never resets its clock).
class Platform {
 public:
  /// `clocks` are those that the servers' GPUs support, the highest first. The queue and the watch outlive this.
  Platform(std::span<const Hertz> clocks, std::size_t servers, EventQueue& queue, ClockWatch& watch);
  ~Platform();
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  /// Sets the clock of a server; false where the GPU does not support it.
  bool set_clock(ServerId server, Hertz clock);
  /// Runs until no event is left.
  void run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::vector<Hertz> clocks_;
};

}  // namespace headroom

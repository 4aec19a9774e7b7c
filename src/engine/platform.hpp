#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/event_queue.hpp"
#include "headroom/gpu.hpp"
#include "headroom/id.hpp"

namespace headroom {

/// The SM clocks a GPU supports, from the highest down, and last the power brake's.
std::vector<Hertz> supported_clocks(const GpuSpec& gpu);

/// The SimGrid side of a run: one host a server with a pstate for every SM clock, and our event queue in the kernel.
/// There can be one per process, ever (SimGrid never resets its clock).
class Platform {
 public:
  Platform(const GpuSpec& gpu, std::size_t servers, EventHandler& handler);
  ~Platform();
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  [[nodiscard]] EventQueue& queue() { return *queue_; }
  [[nodiscard]] const EventQueue& queue() const { return *queue_; }
  /// Called with a server and its new clock whenever its pstate changes.
  void on_clock_change(std::function<void(ServerId, Hertz)> callback);
  /// Sets the clock of a server; false where the GPU does not support it.
  bool set_clock(ServerId server, Hertz clock);
  [[nodiscard]] bool supports(Hertz clock) const;
  /// Runs until no event is left.
  void run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::vector<Hertz> clocks_;
  std::shared_ptr<EventQueue> queue_;
};

}  // namespace headroom

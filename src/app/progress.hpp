#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "headroom/quantity.hpp"

namespace headroom {

/// A progress line on stderr, rewritten in place: simulated time, speed, time left. Silent where stderr is no terminal.
class Progress {
 public:
  /// `until` is the simulated time at which the run will end, where that is known.
  explicit Progress(std::optional<Seconds> until);
  ~Progress();
  void update(Seconds simulated, std::uint64_t requests);

 private:
  using Clock = std::chrono::steady_clock;
  bool on_terminal_;
  bool shown_ = false;
  std::optional<Seconds> until_;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point last_ = Clock::now();
};

}  // namespace headroom

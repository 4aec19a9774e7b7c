#pragma once

#include <cstdint>

#include "grid/power_trace.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Samples a power that changes in steps: the value held at every date k * sample from the warm-up on. A change at a
/// sample's date is in that sample. 0 W before the first change.
class PowerRecorder {
 public:
  PowerRecorder(Seconds sample, Seconds warmup);

  /// The power is this from `now` on; dates do not decrease.
  void change(Power power, Seconds now) {
    if (now.value() > next_date_) take_until(now.value());
    power_w_ = static_cast<float>(power.value());
  }
  /// Takes the samples before `now`, the end of the run.
  void settle(Seconds now) { take_until(now.value()); }

  [[nodiscard]] const PowerTrace& trace() const { return trace_; }

 private:
  void take_until(double now);

  PowerTrace trace_;
  std::uint64_t next_ = 0;  ///< k of the next sample
  double next_date_ = 0;
  float power_w_ = 0;
};

}  // namespace headroom

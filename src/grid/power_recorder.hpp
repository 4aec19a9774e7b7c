#pragma once

#include <algorithm>
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
    if (now.value() > since_ + kHalfGrid) note(now.value());
    power_w_ = static_cast<float>(power.value());
  }
  /// Takes the samples before `now`, the end of the run.
  void settle(Seconds now) { note(now.value()); }

  [[nodiscard]] const PowerTrace& trace() const { return trace_; }

 private:
  static constexpr double kHalfGrid = 0.5e-9;  ///< dates are whole nanoseconds; k * sample is rounded otherwise

  /// The power was held from `since_` to `now`: not so what several servers add up to at one date.
  void note(double now) {
    since_ = now;
    lowest_ = std::min(lowest_, power_w_);
    highest_ = std::max(highest_, power_w_);
    if (now > next_date_) take_until(now);
  }
  void take_until(double now);

  PowerTrace trace_;
  std::uint64_t next_ = 0;  ///< k of the next sample
  double next_date_ = 0;
  float power_w_ = 0;
  double since_ = 0;                ///< the power was noted up to here
  float lowest_ = 0, highest_ = 0;  ///< held since the last sample
};

}  // namespace headroom

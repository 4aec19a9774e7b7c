#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

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
  void settle(Seconds now);

  [[nodiscard]] const PowerTrace& trace() const { return trace_; }

 private:
  struct Held {
    float power_w;
    double time_s;
  };

  static constexpr double kHalfGrid = 0.5e-9;  ///< dates are whole nanoseconds; k * sample is rounded otherwise

  /// The power was held from `since_` to `now`: not so what several servers add up to at one date.
  void note(double now) {
    if (!trace_.power_w.empty()) held_.push_back({power_w_, now - since_});
    since_ = now;
    if (now > next_date_) take_until(now);
  }
  void take_until(double now);
  void compare_with_samples(float before, float after);

  PowerTrace trace_;
  std::uint64_t next_ = 0;  ///< k of the next sample
  double next_date_ = 0;
  float power_w_ = 0;
  double since_ = 0;        ///< the power was noted up to here
  std::vector<Held> held_;  ///< since the last sample, of which the first began before it
  double beyond_w2s_ = 0;   ///< integral of the square of what went beyond the samples
};

}  // namespace headroom

#include "grid/power_recorder.hpp"

#include <cmath>

namespace headroom {

PowerRecorder::PowerRecorder(Seconds sample, Seconds warmup) {
  next_ = static_cast<std::uint64_t>(std::ceil(warmup / sample - kHalfGrid / sample.value()));
  next_date_ = static_cast<double>(next_) * sample.value();
  trace_.start = Seconds(next_date_);
  trace_.sample = sample;
}

void PowerRecorder::take_until(double now) {
  while (next_date_ < now - kHalfGrid) {
    if (!trace_.power_w.empty()) {
      const auto [low, high] = std::minmax(trace_.power_w.back(), power_w_);
      trace_.between_w = std::max({trace_.between_w, highest_ - high, low - lowest_});
    }
    trace_.power_w.push_back(power_w_);
    lowest_ = highest_ = power_w_;
    next_date_ = static_cast<double>(++next_) * trace_.sample.value();
  }
}

}  // namespace headroom

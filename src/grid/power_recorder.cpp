#include "grid/power_recorder.hpp"

#include <cmath>

namespace headroom {

PowerRecorder::PowerRecorder(Seconds sample, Seconds warmup) {
  next_ = static_cast<std::uint64_t>(std::ceil(warmup / sample - kHalfGrid / sample.value()));
  next_date_ = static_cast<double>(next_) * sample.value();
  trace_.start = Seconds(next_date_);
  trace_.sample = sample;
}

void PowerRecorder::settle(Seconds now) {
  note(now.value());
  if (trace_.power_w.size() < 2) return;
  const double time_s = trace_.sample.value() * static_cast<double>(trace_.power_w.size() - 1);
  trace_.beyond_rms_w = static_cast<float>(std::sqrt(beyond_w2s_ / time_s));
}

void PowerRecorder::take_until(double now) {
  while (next_date_ < now - kHalfGrid) {
    if (!trace_.power_w.empty()) compare_with_samples(trace_.power_w.back(), power_w_);
    trace_.power_w.push_back(power_w_);
    next_date_ = static_cast<double>(++next_) * trace_.sample.value();
  }
}

void PowerRecorder::compare_with_samples(float before, float after) {
  const auto [low, high] = std::minmax(before, after);
  for (const Held& held : held_) {
    const float beyond_w = std::max({held.power_w - high, low - held.power_w, 0.0F});
    trace_.between_w = std::max(trace_.between_w, beyond_w);
    beyond_w2s_ += static_cast<double>(beyond_w) * static_cast<double>(beyond_w) * held.time_s;
  }
  held_.clear();
}

}  // namespace headroom

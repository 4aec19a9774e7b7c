#include "grid/power_recorder.hpp"

#include <cmath>

namespace headroom {
namespace {

constexpr double kHalfGrid = 0.5e-9;  // dates are whole nanoseconds; k * sample is rounded otherwise

}  // namespace

PowerRecorder::PowerRecorder(Seconds sample, Seconds warmup) {
  next_ = static_cast<std::uint64_t>(std::ceil(warmup / sample - kHalfGrid / sample.value()));
  next_date_ = static_cast<double>(next_) * sample.value();
  trace_.start = Seconds(next_date_);
  trace_.sample = sample;
}

void PowerRecorder::take_until(double now) {
  while (next_date_ < now - kHalfGrid) {
    trace_.power_w.push_back(power_w_);
    next_date_ = static_cast<double>(++next_) * trace_.sample.value();
  }
}

}  // namespace headroom

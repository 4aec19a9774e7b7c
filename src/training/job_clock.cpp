#include "training/job_clock.hpp"

#include <algorithm>

namespace headroom {
namespace {

/// Halvings of the range of clocks: 2^-50 of it is below rounding.
constexpr int halvings = 50;

}  // namespace

Power JobClock::draw(Power power, double ratio) const {
  const double voltage = voltage_fraction(coefficients_, ratio);
  return power > idle_ ? idle_ + (power - idle_) * (ratio * voltage * voltage) : power;
}

double JobClock::clock_ratio(Power power, const JobLimit& limit) const {
  if (draw(power, limit.clock_ratio) <= limit.cap) return limit.clock_ratio;
  double low = std::min(lowest_ratio_, limit.clock_ratio);
  double high = limit.clock_ratio;
  if (draw(power, low) >= limit.cap) return low;
  for (int i = 0; i < halvings; ++i) {
    const double middle = 0.5 * (low + high);
    (draw(power, middle) <= limit.cap ? low : high) = middle;
  }
  return low;
}

WaveStep JobClock::run(const WaveStep& step, const JobLimit& limit) const {
  const double ratio = clock_ratio(step.power, limit);
  const Seconds duration = step.kind == PhaseKind::compute ? step.duration / ratio : step.duration;
  return {duration, draw(step.power, ratio), step.kind};
}

}  // namespace headroom

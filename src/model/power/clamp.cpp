#include "model/power/clamp.hpp"

#include <algorithm>

namespace headroom {
namespace {

constexpr double tolerance = 1e-6;

/// A clock, and by how much the draw there passes the limit.
struct Trial {
  double clock;
  double excess;
};

/// Where the secant through both ends crosses zero, at least a quarter of the tolerance inside them.
double crossing(const Trial& low, const Trial& high) {
  const double margin = 0.25 * tolerance * high.clock;
  const double secant = low.clock - low.excess * (high.clock - low.clock) / (high.excess - low.excess);
  return std::clamp(secant, low.clock + margin, high.clock - margin);
}

/// Anderson and Bjoerck's weight (1973) for the end that stays when the other moves from `old` to `now`: it pulls the
/// next crossing towards that end, so that both ends close in.
double weight(const Trial& old, const Trial& now) {
  const double m = 1.0 - now.excess / old.excess;
  return m > 0.0 ? m : 0.5;
}

}  // namespace

Hertz clamp_clock(const PerformanceModel& performance, const PowerModel& power, const StepShape& step, double context,
                  Hertz requested, Hertz lowest, Power limit) {
  const auto trial = [&](double clock) {
    const StepCost cost = performance.cost(step, Hertz(clock));
    return Trial{clock, (power.draw(GpuActivity::during(cost, context), Hertz(clock)) - limit).value()};
  };
  Trial high = trial(requested.value());
  if (high.excess <= 0.0 || requested <= lowest) return requested;
  Trial low = trial(lowest.value());
  if (low.excess >= 0.0) return lowest;

  enum class End { none, below, above } moved = End::none;
  while (high.clock - low.clock > tolerance * high.clock) {
    const Trial next = trial(crossing(low, high));
    if (next.excess <= 0.0) {
      if (moved == End::below) high.excess *= weight(low, next);
      low = next;
      moved = End::below;
      if (next.excess == 0.0) break;
    } else {
      if (moved == End::above) low.excess *= weight(high, next);
      high = next;
      moved = End::above;
    }
  }
  return Hertz(low.clock);
}

OperatingPoint operate(const PerformanceModel& performance, const PowerModel& power, const StepShape& step,
                       Hertz clock) {
  const StepCost cost = performance.cost(step, clock);
  return {clock, cost, power.draw(GpuActivity::during(cost, step.decode_context_tokens), clock)};
}

OperatingPoint clamped(const PerformanceModel& performance, const PowerModel& power, const StepShape& step,
                       const OperatingPoint& point, Hertz lowest, Power limit) {
  if (point.draw <= limit) return point;
  return operate(performance, power, step,
                 clamp_clock(performance, power, step, step.decode_context_tokens, point.clock, lowest, limit));
}

}  // namespace headroom

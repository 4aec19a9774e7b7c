#pragma once

#include "headroom/models.hpp"

namespace headroom {

/// The highest clock up to `requested` at which a GPU that runs this step draws at most `limit`; continuous, not one of
/// the supported clocks. Within 1e-6 relative below the exact clock, so that the draw never exceeds the limit. Returns
/// `lowest` where even that exceeds the limit. The draw must rise with the clock.
[[nodiscard]] Hertz clamp_clock(const PerformanceModel& performance, const PowerModel& power, const StepShape& step,
                                double context, Hertz requested, Hertz lowest, Power limit);

/// A step at a clock: what it costs, and what a GPU draws meanwhile.
struct OperatingPoint {
  Hertz clock{};
  StepCost cost;
  Power draw{};
};

/// The step at this clock, whatever it draws.
[[nodiscard]] OperatingPoint operate(const PerformanceModel& performance, const PowerModel& power,
                                     const StepShape& step, Hertz clock);
/// The same point where it keeps the limit, else the one at the clock that does (`clamp_clock`).
[[nodiscard]] OperatingPoint clamped(const PerformanceModel& performance, const PowerModel& power,
                                     const StepShape& step, const OperatingPoint& point, Hertz lowest, Power limit);

}  // namespace headroom

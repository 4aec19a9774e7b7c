#pragma once

#include "headroom/models.hpp"

namespace headroom {

/// An instance's GPUs and what holds them: the SM clock that was asked for, the lowest one, and the power limit of a
/// GPU.
struct LimitedGpu {
  const PerformanceModel& performance;
  const PowerModel& power;
  Hertz clock{};
  Hertz lowest_clock{};
  Power limit{};
};

/// How a step runs under the limit.
struct ClampedStep {
  Seconds duration{};
  Power gpu_power{};
  Hertz clock{};
  Power demand{};  ///< what a GPU would draw without the limit
};

/// Runs a step that has tokens, each at the clock of its own that the clamp leaves it.
[[nodiscard]] ClampedStep run_step(const LimitedGpu& gpu, const StepShape& step);

}  // namespace headroom

#pragma once

#include <vector>

#include "headroom/gpu.hpp"
#include "headroom/models.hpp"
#include "model/performance/point_times.hpp"
#include "model/performance/stack.hpp"

namespace headroom {

/// A language model that is known by operating points alone: a step lasts what its sequences have between two tokens,
/// on the line between the points around them, whether it decodes them or reads their prompts. At a lower clock it
/// takes longer as decoding does, by the memory-like terms (`ClockResponse`). The flops of a step are the joules that a
/// GPU draws above a loaded idle one at the highest clock, for `UnitPower`.
class PointModel final : public PerformanceModel {
 public:
  /// Points by sequences, at least one, of one kind of instance.
  PointModel(std::vector<PointTime> points, const GpuSpec& gpu, Power idle_loaded);

  [[nodiscard]] StepCost cost(const StepShape& step, Hertz clock) const override;

 private:
  std::vector<PointTime> points_;
  Power idle_loaded_;
  ClockResponse clock_;
  double max_clock_;
};

}  // namespace headroom

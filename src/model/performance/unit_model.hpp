#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "headroom/gpu.hpp"
#include "headroom/models.hpp"
#include "model/performance/stack.hpp"
#include "model/performance/unit_times.hpp"

namespace headroom {

/// An instance whose steps are stages of job graphs: works of so many units, each of which takes as long as a table
/// says. Stages are bound by computation: at a lower clock they take longer as compute-like terms do (`ClockResponse`).
/// The flops of a step are the joules that a GPU draws above a loaded idle one at the highest clock, for `UnitPower`.
class UnitModel final : public PerformanceModel {
 public:
  /// `works` by kind; a kind with a unit that the rows do not know has no time. Of CPU cores all together count as one
  /// GPU, whose `max_clock` is what they have and whose `idle_loaded` is 0.
  UnitModel(const std::vector<UnitTime>& rows, const std::vector<WorkUnits>& works, const UnitDevice& device,
            Hertz max_clock, Power idle_loaded);

  [[nodiscard]] StepCost cost(const StepShape& step, Hertz clock) const override;

 private:
  struct Cost {
    double seconds = 0;
    double joules = 0;  ///< of a GPU
  };
  std::vector<Cost> costs_;  ///< by kind of work
  ClockResponse clock_;
  double max_clock_;
};

}  // namespace headroom

#pragma once

#include <memory>

#include "headroom/gpu.hpp"
#include "model/performance/roofline.hpp"
#include "model/performance/step_table.hpp"

namespace headroom {

/// Steps that last what a table says, while the work that power follows from is the roofline's. The table's times are
/// those at the highest clock; at a lower one steps take longer by as much as the roofline's would, or not at all.
class TableModel final : public PerformanceModel {
 public:
  TableModel(std::unique_ptr<const StepTable> table, const RooflineModel& roofline, Hertz max_clock, bool slows);
  [[nodiscard]] StepCost cost(const StepShape& step, Hertz clock) const override;

 private:
  [[nodiscard]] double slowness(StepShape step, Hertz clock) const;

  std::unique_ptr<const StepTable> table_;
  RooflineModel roofline_;
  Hertz max_clock_;
  bool slows_;
};

}  // namespace headroom

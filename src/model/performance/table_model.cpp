#include "model/performance/table_model.hpp"

#include <utility>

namespace headroom {

TableModel::TableModel(std::unique_ptr<const StepTable> table, const RooflineModel& roofline, Hertz max_clock,
                       bool slows)
    : table_(std::move(table)), roofline_(roofline), max_clock_(max_clock), slows_(slows) {}

/// How much longer such a step takes at a clock than at the highest. Without what its sequences hold, so that it stays
/// the same while they decode.
double TableModel::slowness(StepShape step, Hertz clock) const {
  if (clock >= max_clock_) return 1;
  step.decode_context_tokens = 0;
  return roofline_.cost(step, clock).base / roofline_.cost(step, max_clock_).base;
}

StepCost TableModel::cost(const StepShape& step, Hertz clock) const {
  StepCost cost = roofline_.cost(step, clock);
  if (step.decodes + step.prefill_tokens <= 0) return cost;
  const auto [duration, valid_to_context] = table_->time(step);
  cost.base = duration * (slows_ ? slowness(step, clock) : 1.0);
  cost.valid_to_context = valid_to_context;
  cost.per_context_token = {};
  cost.busy = cost.base;
  cost.busy_per_context_token = {};
  cost.collective = {};
  return cost;
}

}  // namespace headroom

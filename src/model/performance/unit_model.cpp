#include "model/performance/unit_model.hpp"

#include <limits>

namespace headroom {

UnitModel::UnitModel(const std::vector<UnitTime>& rows, const std::vector<WorkUnits>& works, const UnitDevice& device,
                     Hertz max_clock, Power idle_loaded)
    : max_clock_(max_clock.value()) {
  const double parts = device.cpu_cores > 0 ? 1 : device.gpus;
  for (const WorkUnits& work : works) {
    Cost& cost = costs_.emplace_back();
    for (const auto& [unit, amount] : work) {
      const UnitTime* row = find_unit(rows, unit, device);
      if (row == nullptr) {
        cost.seconds = std::numeric_limits<double>::infinity();
        break;
      }
      const double seconds = amount * row->time.value();
      cost.seconds += seconds;
      if (row->power) cost.joules += seconds * (*row->power / parts - idle_loaded).value();
    }
  }
}

StepCost UnitModel::cost(const StepShape& step, Hertz clock) const {
  StepCost cost;
  if (step.work.amount <= 0) return cost;
  const Cost& of = costs_[step.work.kind];
  const double slower = clock.value() == max_clock_ ? 1.0 : clock_.stretch(max_clock_ / clock.value()).compute;
  cost.base = cost.busy = Seconds(of.seconds * step.work.amount * slower);
  cost.flops = of.joules * step.work.amount;
  return cost;
}

}  // namespace headroom

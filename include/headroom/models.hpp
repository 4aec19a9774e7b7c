#pragma once

#include "headroom/quantity.hpp"
#include "headroom/step.hpp"

namespace headroom {

/// What one step of an instance costs at an SM clock. Pure and cheap: it is asked once per piece of equal steps.
class PerformanceModel {
 public:
  virtual ~PerformanceModel() = default;
  [[nodiscard]] virtual StepCost cost(const StepShape& step, Hertz clock) const = 0;
};

/// What one GPU draws at given rates and clock, before any cap. Pure and cheap.
class PowerModel {
 public:
  virtual ~PowerModel() = default;
  [[nodiscard]] virtual Power draw(const GpuActivity& activity, Hertz clock) const = 0;
  [[nodiscard]] virtual Power idle() const = 0;         ///< no model loaded
  [[nodiscard]] virtual Power idle_loaded() const = 0;  ///< a model in memory, no work
};

}  // namespace headroom

#include "model/clamped_step.hpp"

#include "model/power/clamp.hpp"

namespace headroom {

ClampedStep run_step(const LimitedGpu& gpu, const StepShape& step) {
  const OperatingPoint demand = operate(gpu.performance, gpu.power, step, gpu.clock);
  const OperatingPoint run = clamped(gpu.performance, gpu.power, step, demand, gpu.lowest_clock, gpu.limit);
  return {run.cost.duration(step.decode_context_tokens), run.draw, run.clock, demand.draw};
}

}  // namespace headroom

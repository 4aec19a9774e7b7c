#include "model/clamped_step.hpp"

#include "model/power/clamp.hpp"

namespace headroom {

ClampedStep run_step(const LimitedGpu& gpu, const StepShape& step) {
  const double context = step.decode_context_tokens;
  const auto at = [&](Hertz clock) {
    const StepCost cost = gpu.performance.cost(step, clock);
    return ClampedStep{cost.duration(context), gpu.power.draw(GpuActivity::during(cost, context), clock), clock, {}};
  };
  ClampedStep run = at(gpu.clock);
  const Power demand = run.gpu_power;
  if (demand > gpu.limit)
    run = at(clamp_clock(gpu.performance, gpu.power, step, context, gpu.clock, gpu.lowest_clock, gpu.limit));
  run.demand = demand;
  return run;
}

}  // namespace headroom

#pragma once

#include "headroom/step.hpp"

namespace headroom {

/// Of the GPUs of an instance this share does a step's work and the others wait: means over all of them.
inline void spread_over_gpus(StepCost& cost, double share) {
  cost.flops *= share;
  cost.flops_per_context_token *= share;
  cost.bytes *= share;
  cost.bytes_per_context_token *= share;
  cost.busy = cost.busy * share;
  cost.busy_per_context_token = cost.busy_per_context_token * share;
  cost.collective = cost.collective * share;
  cost.sequences *= share;
}

/// Of a step in which nobody decodes.
inline StepCost without_context(StepCost cost) {
  cost.flops_per_context_token = cost.bytes_per_context_token = 0;
  cost.busy_per_context_token = {};
  return cost;
}

/// Of the GPUs this share does all of a step, the rest only what `part` says and waits for them: means over all.
inline void share_work(StepCost& cost, double share, const StepCost& part) {
  const auto mean = [share](auto whole, auto of_part) { return whole * share + of_part * (1 - share); };
  cost.flops = mean(cost.flops, part.flops);
  cost.flops_per_context_token = mean(cost.flops_per_context_token, part.flops_per_context_token);
  cost.bytes = mean(cost.bytes, part.bytes);
  cost.bytes_per_context_token = mean(cost.bytes_per_context_token, part.bytes_per_context_token);
  cost.busy = mean(cost.busy, part.busy);
  cost.busy_per_context_token = mean(cost.busy_per_context_token, part.busy_per_context_token);
  cost.collective = mean(cost.collective, part.collective);
  cost.sequences = mean(cost.sequences, part.sequences);
}

/// Coefficients of a context of which the model was told only one part in `parts`.
inline void count_whole_context(StepCost& cost, double parts) {
  cost.per_context_token = cost.per_context_token * (1 / parts);
  cost.busy_per_context_token = cost.busy_per_context_token * (1 / parts);
  cost.flops_per_context_token /= parts;
  cost.bytes_per_context_token /= parts;
  cost.valid_to_context *= parts;
}

}  // namespace headroom

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

/// Coefficients of a context of which the model was told only one part in `parts`.
inline void count_whole_context(StepCost& cost, double parts) {
  cost.per_context_token = cost.per_context_token * (1 / parts);
  cost.busy_per_context_token = cost.busy_per_context_token * (1 / parts);
  cost.flops_per_context_token /= parts;
  cost.bytes_per_context_token /= parts;
  cost.valid_to_context *= parts;
}

}  // namespace headroom

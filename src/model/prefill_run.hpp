#pragma once

#include "model/clamped_step.hpp"

namespace headroom {

/// How a stack cuts prompts into steps.
struct PromptSteps {
  bool chunked = false;  ///< a step takes at most `step_tokens` prompt tokens; else whole prompts, all at once
  double step_tokens = 2048;
};

/// Prompts of that many sequences alone, from the first step to the last: time, mean power of a GPU, lowest clock and
/// highest demand of all steps.
[[nodiscard]] ClampedStep run_prefill(const LimitedGpu& gpu, const PromptSteps& steps, double sequences,
                                      double prompt_tokens);

}  // namespace headroom

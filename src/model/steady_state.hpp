#pragma once

#include <optional>

#include "model/clamped_step.hpp"

namespace headroom {

/// What keeps an instance at one batch for good: a request that is done is replaced at once by one like it.
struct SteadyLoad {
  double batch = 1;           ///< requests in flight, at least 1; a mean where it is not whole
  double prompt_tokens = 1;   ///< above 0
  double output_tokens = 1;   ///< 1, or at least 2
  double context_tokens = 1;  ///< that a decoding sequence holds, on average
  bool mixes_prefill = true;  ///< prompts share steps with decodes; else decodes pause for them
  double step_tokens = 2048;  ///< where they share steps: longer prompts are cut into chunks of equal size
};

/// Means over a long time.
struct SteadyState {
  std::optional<Seconds> inter_token;       ///< median time between tokens of a request; none where it has one token
  std::optional<Seconds> mean_inter_token;  ///< time in the batch over output tokens, prefill included
  double output_tokens_per_s = 0;           ///< of the instance
  Power gpu_power{};                        ///< of one GPU
};

/// Prompts of that many sequences, whole, in a step of their own.
[[nodiscard]] StepShape prefill_step(double sequences, double prompt_tokens);
/// A step in which that many sequences decode.
[[nodiscard]] StepShape decode_step(double sequences, double context_tokens);

/// Steps over which a prompt is prefilled where prompts share steps with decodes.
[[nodiscard]] double chunks_of(const SteadyLoad& load);
/// A step of chunks and decodes, of whose batch that many are in prefill.
[[nodiscard]] StepShape mixed_step(const SteadyLoad& load, double prefilling);
/// Whole prompts while decodes pause, in as many equal steps as the budget of tokens asks for.
[[nodiscard]] ClampedStep run_prompts(const LimitedGpu& gpu, const SteadyLoad& load, double prompts);

/// Closed loop with a constant batch whose requests are at independent places of their lives; see docs/models.md.
[[nodiscard]] SteadyState steady_state(const LimitedGpu& gpu, const SteadyLoad& load);

}  // namespace headroom

#pragma once

#include <cmath>
#include <limits>

#include "headroom/quantity.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// The work of one iteration of an instance: sequences that decode one token each, and chunks of prompts. Counts are
/// whole in a run; a prediction asks for means.
struct StepShape {
  double decodes = 0;                  ///< sequences that produce one token
  double decode_context_tokens = 0;    ///< tokens that they hold in the KV cache before the step, in total
  double prefill_sequences = 0;        ///< chunks of prompts in this step
  double prefill_tokens = 0;           ///< new prompt tokens over all chunks
  double prefill_context_tokens = 0;   ///< tokens that those sequences already hold in the KV cache
  double prefill_pairs = 0;            ///< attention pairs: sum over chunks of n * (context + n / 2)
  double prefill_squares = 0;          ///< sum over chunks of n * n
  double prefill_context_rounded = 0;  ///< `prefill_context_tokens`, each sequence's rounded up to `kContextStep`

  double images = 0;  ///< that are encoded before the chunks are read

  UnitWork work{};  ///< of a stage that is no LLM call, alone in its step

  static constexpr double kContextStep = 64;  ///< tables of step times know contexts at multiples of it

  /// So many sequences more prefill `tokens` each behind what they hold.
  void add_prefill(double sequences, double tokens, double context) {
    prefill_sequences += sequences;
    prefill_tokens += sequences * tokens;
    prefill_context_tokens += sequences * context;
    prefill_pairs += sequences * (tokens * (context + tokens / 2));
    prefill_squares += sequences * (tokens * tokens);
    prefill_context_rounded += sequences * (std::ceil(context / kContextStep) * kContextStep);
  }
};

/// What an iteration costs, affine in the total context C of its decoding sequences around the one of its shape:
/// it lasts `base + per_context_token * C`; work is per GPU of the instance.
struct StepCost {
  Seconds base{};
  Seconds per_context_token{};
  double valid_to_context = std::numeric_limits<double>::infinity();  ///< largest C for which the coefficients hold
  double flops = 0;  ///< that are done, padding included, of whatever precision
  double flops_per_context_token = 0;
  double bytes = 0;  ///< memory traffic
  double bytes_per_context_token = 0;
  Seconds busy{};  ///< of `base`: the GPU works, else it waits for the host
  Seconds busy_per_context_token{};
  Seconds collective{};  ///< of `busy`: in all-reduces
  double sequences = 0;  ///< that get a token, over the GPUs of the instance

  [[nodiscard]] Seconds duration(double context) const { return base + per_context_token * context; }
};

/// Means of one GPU over a step; power follows from them.
struct GpuActivity {
  double flops_per_s = 0;
  double bytes_per_s = 0;
  double sequences_per_s = 0;      ///< over the GPUs of the instance
  double busy_fraction = 1;        ///< of the time: it works, else it waits for the host
  double collective_fraction = 0;  ///< of the time: it is in all-reduces

  /// Of a step of this cost at total decode context `context`.
  static GpuActivity during(const StepCost& cost, double context) {
    const double duration = cost.duration(context).value();
    return {(cost.flops + cost.flops_per_context_token * context) / duration,
            (cost.bytes + cost.bytes_per_context_token * context) / duration, cost.sequences / duration,
            (cost.busy + cost.busy_per_context_token * context).value() / duration, cost.collective.value() / duration};
  }
};

}  // namespace headroom

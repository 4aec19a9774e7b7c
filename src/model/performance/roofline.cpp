#include "model/performance/roofline.hpp"

#include <algorithm>
#include <cassert>

namespace headroom {

RooflineModel::RooflineModel(const Architecture& architecture, const GpuSpec& gpu, const StackCoefficients& stack,
                             std::uint32_t tensor_parallel)
    : clock_(stack.clock),
      clock_scale_(gpu.max_clock.value()),
      knee_slowness_(1.0 / stack.clock.knee_fraction),
      lowest_slowness_(1.0 / stack.clock.lowest_fraction),
      unoverlapped_(stack.unoverlapped_fraction),
      saturation_tokens_(stack.saturation_tokens) {
  assert(tensor_parallel >= 1);
  const double share = 1.0 / tensor_parallel;
  const double others = tensor_parallel - 1.0;
  weight_bytes_ = architecture.streamed_weight_bytes() * share;
  context_bytes_ = architecture.kv_bytes_per_token() * share;
  token_flops_ = architecture.flops_per_token() * share;
  sampled_flops_ = architecture.flops_per_sampled_token() * share;
  pair_flops_ = architecture.attention_flops_per_pair() * share;

  const double seconds_per_byte = 1.0 / (gpu.memory_bytes_per_s * stack.bandwidth_fraction);
  const double seconds_per_flop = 1.0 / (gpu.fp16_flops_per_s * stack.compute_fraction);
  const Seconds layer = stack.layer_overhead + stack.layer_gpu_overhead * others;
  floor_s_ = (stack.step_overhead + layer * architecture.layers).value() + weight_bytes_ * seconds_per_byte;
  prefill_s_ = stack.prefill_overhead.value();
  sequence_s_ = stack.sequence_overhead.value();
  token_s_ = token_flops_ * seconds_per_flop;
  sampled_s_ = sampled_flops_ * seconds_per_flop;
  pair_s_ = pair_flops_ * seconds_per_flop;
  context_s_ = context_bytes_ * seconds_per_byte;
  const double payload = architecture.collective_bytes_per_token();
  collective_s_ = payload * 2.0 * others * share / stack.collective_bytes_per_s;
  saturated_s_ = payload * others / stack.saturated_bytes_per_s;
  saturated_flops_ = saturated_s_ / seconds_per_flop;
}

RooflineModel::Stretch RooflineModel::stretch(Hertz clock) const {
  const double slowness = clock_scale_ / clock.value();
  const double measured = std::min(slowness, lowest_slowness_);
  const double below_knee = std::max(0.0, measured - knee_slowness_);
  const double beyond = slowness / measured;
  return {
      (1.0 + clock_.memory_share_fraction * (measured - 1.0) + clock_.memory_below_knee_fraction * below_knee) * beyond,
      (1.0 + clock_.compute_share_fraction * (measured - 1.0) + clock_.compute_below_knee_fraction * below_knee) *
          beyond};
}

StepCost RooflineModel::cost(const StepShape& step, Hertz clock) const {
  const double sequences = static_cast<double>(step.decodes) + step.prefill_sequences;
  const double prompt_tokens = step.prefill_tokens;
  const double tokens = step.decodes + prompt_tokens;
  StepCost cost;
  if (tokens <= 0.0) return cost;

  const auto [memory, compute] = stretch(clock);
  const double streaming = (floor_s_ + (prompt_tokens > 0.0 ? prefill_s_ : 0.0)) * memory;
  const double excess = std::max(0.0, tokens - saturation_tokens_);
  const double matrices = (tokens * token_s_ + sequences * sampled_s_) * compute;
  const double longer = std::max(streaming, matrices);
  const double shorter = std::min(streaming, matrices);
  const double memory_like =
      step.prefill_context_tokens * context_s_ + sequences * sequence_s_ + tokens * collective_s_;
  const double compute_like = step.prefill_pairs * pair_s_ + excess * saturated_s_;
  cost.base = Seconds(longer + unoverlapped_ * shorter + memory_like * memory + compute_like * compute);
  cost.per_context_token = Seconds(context_s_ * memory);
  cost.flops =
      tokens * token_flops_ + sequences * sampled_flops_ + step.prefill_pairs * pair_flops_ + excess * saturated_flops_;
  cost.flops_per_context_token = pair_flops_;
  cost.bytes = weight_bytes_ + (step.prefill_context_tokens + tokens) * context_bytes_;
  cost.bytes_per_context_token = context_bytes_;
  return cost;
}

}  // namespace headroom

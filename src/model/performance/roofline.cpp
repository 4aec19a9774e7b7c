#include "model/performance/roofline.hpp"

#include <algorithm>
#include <cassert>

#include "headroom/elementary.hpp"

namespace headroom {
namespace {

/// Weights of one byte are FP8; a GPU without FP8 tensor cores computes them in FP16.
double peak_flops_per_s(const Architecture& architecture, const GpuSpec& gpu) {
  const bool fp8 = architecture.weight_bytes_each == 1.0 && gpu.fp8_flops_per_s > 0.0;
  return fp8 ? gpu.fp8_flops_per_s : gpu.fp16_flops_per_s;
}

}  // namespace

RooflineModel::RooflineModel(const Architecture& architecture, const GpuSpec& gpu, const StackCoefficients& stack,
                             std::uint32_t tensor_parallel)
    : clock_(stack.clock),
      clock_scale_(gpu.max_clock.value()),
      knee_slowness_(1.0 / stack.clock.knee_fraction),
      lowest_slowness_(1.0 / stack.clock.lowest_fraction),
      unoverlapped_(stack.unoverlapped_fraction),
      unoverlapped_launch_(stack.unoverlapped_launch_fraction),
      saturation_tokens_(stack.saturation_tokens),
      missed_by_token_(1.0 - architecture.active_experts_fraction()) {
  assert(tensor_parallel >= 1);
  const double share = 1.0 / tensor_parallel;
  const double others = tensor_parallel - 1.0;
  common_bytes_ = architecture.common_weight_bytes() * share;
  expert_bytes_ = architecture.expert_weight_bytes() * share;
  context_bytes_ = architecture.kv_bytes_per_token_on_each(tensor_parallel);
  token_flops_ = architecture.flops_per_token() * share;
  sampled_flops_ = architecture.flops_per_sampled_token() * share;
  pair_flops_ = architecture.attention_flops_per_pair() * share;

  const double peak = peak_flops_per_s(architecture, gpu);
  const double seconds_per_flop = 1.0 / (peak * stack.compute_fraction);
  const double seconds_per_fp16_flop = 1.0 / (gpu.fp16_flops_per_s * stack.compute_fraction);
  flop_weight_ = gpu.fp16_flops_per_s / peak;
  byte_s_ = 1.0 / (gpu.memory_bytes_per_s * stack.bandwidth_fraction);
  const double layers = architecture.layers;
  latency_s_ = layers * (stack.layer_latency + stack.collective_latency * others).value();
  launch_s_ = layers * stack.layer_launch.value();
  step_s_ = stack.step_overhead.value();
  prefill_s_ = stack.prefill_overhead.value();
  sequence_s_ = stack.sequence_overhead.value();
  token_s_ = token_flops_ * seconds_per_flop;
  sampled_s_ = sampled_flops_ * seconds_per_flop;
  pair_s_ = pair_flops_ * seconds_per_fp16_flop;
  const double payload = architecture.collective_bytes_per_token();
  collective_s_ = payload * 2.0 * others * share / stack.collective_bytes_per_s;
  saturated_s_ = payload * others / stack.saturated_bytes_per_s;
  saturated_flops_ = saturated_s_ / seconds_per_fp16_flop;
}

RooflineModel::Stretch RooflineModel::stretch(Hertz clock) const {
  if (clock.value() == clock_scale_) return {1.0, 1.0};
  const double slowness = clock_scale_ / clock.value();
  const double measured = std::min(slowness, lowest_slowness_);
  const double below_knee = std::max(0.0, measured - knee_slowness_);
  const double beyond = slowness / measured;
  return {
      (1.0 + clock_.memory_share_fraction * (measured - 1.0) + clock_.memory_below_knee_fraction * below_knee) * beyond,
      (1.0 + clock_.compute_share_fraction * (measured - 1.0) + clock_.compute_below_knee_fraction * below_knee) *
          beyond};
}

/// A step reads every expert that some token passes; tokens are taken to choose independently and evenly.
double RooflineModel::weight_bytes(double tokens) const {
  if (expert_bytes_ == 0.0) return common_bytes_;
  return common_bytes_ + expert_bytes_ * (1.0 - portable::pow(missed_by_token_, tokens));
}

StepCost RooflineModel::cost(const StepShape& step, Hertz clock) const {
  const double sequences = static_cast<double>(step.decodes) + step.prefill_sequences;
  const double prompt_tokens = step.prefill_tokens;
  const double tokens = step.decodes + prompt_tokens;
  StepCost cost;
  if (tokens <= 0.0) return cost;

  const auto [memory, compute] = stretch(clock);
  const double weights = weight_bytes(tokens);
  const double streaming = weights * byte_s_ * memory;
  const double matrices = (tokens * token_s_ + sequences * sampled_s_) * compute;
  const double excess = std::max(0.0, tokens - saturation_tokens_);
  const double transfers = step.prefill_context_tokens * context_bytes_ * byte_s_ + tokens * collective_s_;
  const double gpu = std::max(streaming, matrices) + unoverlapped_ * std::min(streaming, matrices) +
                     (latency_s_ + transfers) * memory +
                     (step.prefill_pairs * pair_s_ + excess * saturated_s_) * compute;
  const double gpu_per_context = context_bytes_ * byte_s_ * memory;
  const double serial = step_s_ + sequences * sequence_s_ + (prompt_tokens > 0.0 ? prefill_s_ : 0.0);

  const bool launch_hidden = gpu + gpu_per_context * step.decode_context_tokens >= launch_s_;
  const double gpu_share = launch_hidden ? 1.0 : unoverlapped_launch_;
  const double launch_share = launch_hidden ? unoverlapped_launch_ : 1.0;
  cost.base = Seconds(gpu_share * gpu + launch_share * launch_s_ + serial);
  cost.per_context_token = Seconds(gpu_share * gpu_per_context);
  if (!launch_hidden) cost.valid_to_context = (launch_s_ - gpu) / gpu_per_context;
  cost.flops = (tokens * token_flops_ + sequences * sampled_flops_) * flop_weight_ + step.prefill_pairs * pair_flops_ +
               excess * saturated_flops_;
  cost.flops_per_context_token = pair_flops_;
  cost.bytes = weights + (step.prefill_context_tokens + tokens) * context_bytes_;
  cost.bytes_per_context_token = context_bytes_;
  return cost;
}

}  // namespace headroom

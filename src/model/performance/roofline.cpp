#include "model/performance/roofline.hpp"

#include <algorithm>
#include <cassert>

namespace headroom {
namespace {

constexpr double kSequenceLayers = 32;  ///< to which `sequence_latency` refers

/// Products whose activations are quantised, and elements of these for a token: two of attention in each layer, and two
/// of each network that all tokens pass. What comes from heads or from an inner width is divided among the GPUs.
struct Quantised {
  double products;
  double elements;
};
Quantised quantised_of(const Architecture& a, double share) {
  const double mixed = a.expert_layers(), dense = a.layers - mixed;
  const double shared = a.experts.shared_feed_forward > 0 ? mixed : 0.0;
  const double inner = dense * a.feed_forward + shared * a.experts.shared_feed_forward;
  const double networks = dense + shared;
  return {2.0 * (a.layers + networks),
          (a.layers + networks) * a.hidden + (a.layers * static_cast<double>(a.heads) * a.head_dim + inner) * share};
}

QuantisedProducts products_on(const StackCoefficients& stack, Precision precision) {
  const auto found = stack.quantised.find(word_of(precision));
  return found == stack.quantised.end() ? QuantisedProducts{} : found->second;
}

EngineDetour detour_of(const StackCoefficients& stack, const std::string& model) {
  const auto found = stack.detours.find(model);
  return found == stack.detours.end() ? EngineDetour{} : found->second;
}

}  // namespace

RooflineModel::RooflineModel(const Architecture& architecture, const GpuSpec& gpu, const StackCoefficients& stack,
                             std::uint32_t tensor_parallel)
    : clock_(stack.clock),
      all_reduce_(stack.all_reduce, tensor_parallel),
      experts_(architecture, gpu, stack.experts, tensor_parallel),
      clock_scale_(gpu.max_clock.value()),
      unoverlapped_(stack.unoverlapped_fraction),
      unoverlapped_launch_(stack.unoverlapped_launch_fraction),
      saturation_tokens_(stack.saturation_tokens),
      share_(1.0 / tensor_parallel),
      sequence_share_(!experts_.none() && stack.experts.whole_experts ? 1.0 : share_) {
  assert(tensor_parallel >= 1);
  const double others = tensor_parallel - 1.0;
  const double layers = architecture.layers;
  weight_bytes_ = architecture.common_weight_bytes() * share_;
  context_bytes_ = architecture.kv_bytes_per_token_on_each(tensor_parallel);
  token_flops_ = 2.0 * architecture.common_layer_parameters() * share_;
  sampled_flops_ = architecture.flops_per_sampled_token() * share_;
  pair_flops_ = architecture.attention_flops_per_pair() * share_;

  const QuantisedProducts products = products_on(stack, arithmetic_on(architecture.precision, gpu));
  const EngineDetour detour = detour_of(stack, architecture.name);
  const double flop_s = 1.0 / (gpu.fp16_flops_per_s * stack.compute_fraction);
  weights_s_ = weight_bytes_ / (gpu.memory_bytes_per_s * stack.bandwidth_fraction);
  context_s_ = context_bytes_ / (gpu.memory_bytes_per_s * stack.context_bandwidth_fraction);
  token_s_ = token_flops_ * flop_s / products.compute_ratio;
  sampled_s_ = sampled_flops_ * flop_s;
  pair_s_ = pair_flops_ / (gpu.fp16_flops_per_s * stack.attention_compute_fraction);
  const Seconds layer = stack.layer_latency + detour.layer_latency + (others > 0 ? stack.parallel_latency : Seconds());
  const Quantised quantised = quantised_of(architecture, share_);
  latency_s_ = (stack.step_latency + layer * layers + products.product_latency * quantised.products).value();
  sequence_s_ = stack.sequence_latency.value() * layers / kSequenceLayers * share_;
  small_token_s_ =
      detour.token_latency.value() * layers + quantised.elements * products.quantising_bytes / gpu.memory_bytes_per_s;
  window_ = architecture.sliding_window;
  sliding_ = architecture.sliding_share();
  reduces_ = 2.0 * layers;
  activation_bytes_ = architecture.activation_bytes();
  launch_s_ = layers * stack.layer_launch.value();
  step_s_ = stack.step_overhead.value();
  prefill_s_ = stack.prefill_overhead.value();
  host_sequence_s_ = stack.sequence_overhead.value();
  saturated_s_ = reduces_ * activation_bytes_ * others / stack.saturated_bytes_per_s;
  saturated_flops_ = saturated_s_ / flop_s;
}

ClockResponse::Stretch RooflineModel::stretch(Hertz clock) const {
  if (clock.value() == clock_scale_) return {1.0, 1.0};
  return clock_.stretch(clock_scale_ / clock.value());
}

double RooflineModel::overlapped(double a, double b) const {
  return std::max(a, b) + unoverlapped_ * std::min(a, b);
}

double RooflineModel::seen(double total, double queries) const {
  return sliding_ > 0.0 ? total - sliding_ * std::max(0.0, total - queries * window_) : total;
}

void RooflineModel::add_context(const StepShape& step, ClockResponse::Stretch stretch, StepCost& cost) const {
  const double token_s = context_s_ * stretch.memory;
  cost.busy_per_context_token = Seconds(token_s);
  cost.flops_per_context_token = pair_flops_;
  cost.bytes_per_context_token = context_bytes_;
  if (sliding_ == 0.0) return;
  const double to_window = step.decodes * window_;
  if (step.decode_context_tokens <= to_window) {
    cost.valid_to_context = to_window;
    return;
  }
  const double in_windows = sliding_ * to_window, others = 1.0 - sliding_;
  cost.busy += Seconds(in_windows * token_s);
  cost.flops += in_windows * pair_flops_;
  cost.bytes += in_windows * context_bytes_;
  cost.busy_per_context_token = Seconds(others * token_s);
  cost.flops_per_context_token *= others;
  cost.bytes_per_context_token *= others;
}

void RooflineModel::add_experts(double tokens, ClockResponse::Stretch stretch, StepCost& cost) const {
  const ExpertWork work = experts_.work(tokens);
  cost.busy += Seconds(work.fixed_s * stretch.memory +
                       overlapped(work.streaming_s * stretch.memory, work.compute_s * stretch.compute));
  cost.flops += work.flops;
  cost.bytes += work.bytes;
}

void RooflineModel::add_host(const StepShape& step, double sequences, StepCost& cost) const {
  const double gpu = cost.busy.value(), gpu_per_context = cost.busy_per_context_token.value();
  const double serial = step_s_ + sequences * host_sequence_s_ + (step.prefill_tokens > 0.0 ? prefill_s_ : 0.0);
  const bool launch_hidden = gpu + gpu_per_context * step.decode_context_tokens >= launch_s_;
  const double gpu_share = launch_hidden ? 1.0 : unoverlapped_launch_;
  const double launch_share = launch_hidden ? unoverlapped_launch_ : 1.0;
  cost.base = Seconds(gpu_share * gpu + launch_share * launch_s_ + serial);
  cost.per_context_token = Seconds(gpu_share * gpu_per_context);
  if (!launch_hidden) cost.valid_to_context = std::min(cost.valid_to_context, (launch_s_ - gpu) / gpu_per_context);
}

StepCost RooflineModel::cost(const StepShape& step, Hertz clock) const {
  const double sequences = static_cast<double>(step.decodes) + step.prefill_sequences;
  const double tokens = step.decodes + step.prefill_tokens;
  StepCost cost;
  if (tokens <= 0.0) return cost;

  const ClockResponse::Stretch slower = stretch(clock);
  const double matrices = tokens * token_s_ + sequences * sampled_s_;
  const double excess = std::max(0.0, tokens - saturation_tokens_);
  const double prior = seen(step.prefill_context_tokens, step.prefill_sequences);
  const double pairs = seen(step.prefill_pairs, step.prefill_tokens);
  const double reduces = reduces_ * all_reduce_.seconds(tokens * activation_bytes_) * slower.memory;
  const double small = latency_s_ + sequences * sequence_s_ + tokens * small_token_s_;
  cost.collective = Seconds(reduces);
  cost.busy = Seconds(overlapped(weights_s_ * slower.memory, matrices * slower.compute) + reduces +
                      (small + prior * context_s_) * slower.memory +
                      (pairs * pair_s_ + excess * saturated_s_) * slower.compute);
  cost.flops = tokens * token_flops_ + sequences * sampled_flops_ + pairs * pair_flops_ + excess * saturated_flops_;
  cost.bytes = weight_bytes_ + (prior + tokens) * context_bytes_;
  cost.sequences = sequences * sequence_share_;
  add_context(step, slower, cost);
  if (!experts_.none()) add_experts(tokens, slower, cost);
  add_host(step, sequences, cost);
  return cost;
}

}  // namespace headroom

#include "model/performance/expert_kernels.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "headroom/elementary.hpp"

namespace headroom {
namespace {

/// Expected largest of n standard normal numbers; an instance lies in one server of at most eight GPUs.
double largest_of(std::uint32_t n) {
  constexpr std::array expected = {0.0, 0.564, 0.846, 1.029, 1.163, 1.267, 1.352, 1.424};
  return expected[std::min<std::size_t>(n, expected.size()) - 1];
}

ExpertKernel kernel_of(const ExpertCoefficients& coefficients, Precision precision) {
  for (const Precision choice : {precision, Precision::bf16})
    if (const auto found = coefficients.kernels.find(word_of(choice)); found != coefficients.kernels.end())
      return found->second;
  return {};
}

}  // namespace

void ExpertKernel::fields(Fields& f) {
  f("layer_latency_ms", layer_latency, "sorting tokens and launching in each layer with experts", Range::overhead());
  f("bandwidth_fraction", bandwidth_fraction, "reached share of the memory bandwidth", Range::between(1e-3, 1.0));
  f("compute_fraction", compute_fraction, "reached share of the FP16 tensor peak", Range::between(1e-3, 2.0));
}

void ExpertCoefficients::fields(Fields& f) {
  f("kernels", kernels, "grouped products by precision of the model; one that is missing runs as bf16");
  f("whole_experts", whole_experts, "expert parallelism: each expert lies on one GPU; else all GPUs share each");
  f("tile_tokens", tile_tokens, "rows to which the tokens of an expert are padded", Range::between(0.0, 1e4));
  f("sort_time_ms", sort_time, "of each expert that a token of the step chooses, in each layer, on every GPU",
    Range::overhead());
  f("popularity_fraction", popularity_fraction,
    "coefficient of variation of how often routers choose an expert; 0: all are as popular", Range::between(0.0, 10.0));
}

ExpertKernels::ExpertKernels(const Architecture& architecture, const GpuSpec& gpu,
                             const ExpertCoefficients& coefficients, std::uint32_t gpus)
    : layers_(architecture.expert_layers()),
      experts_(architecture.experts.experts),
      chosen_(architecture.experts.experts_per_token),
      expert_share_(architecture.active_experts_fraction()),
      dispersion_(coefficients.popularity_fraction * coefficients.popularity_fraction),
      gpus_(coefficients.whole_experts ? gpus : 1),
      above_mean_(coefficients.whole_experts ? largest_of(gpus) : 0.0),
      tile_(coefficients.tile_tokens),
      sort_s_(chosen_ * coefficients.sort_time.value()) {
  assert(gpus >= 1);
  if (none()) return;
  const ExpertKernel kernel = kernel_of(coefficients, arithmetic_on(architecture.precision, gpu));
  const double shared_by = coefficients.whole_experts ? 1.0 : gpus;
  fixed_s_ = kernel.layer_latency.value();
  expert_bytes_ = architecture.expert_weight_bytes() / (layers_ * experts_ * shared_by);
  token_flops_ = 2.0 * architecture.expert_parameters() / (layers_ * experts_ * shared_by);
  byte_s_ = 1.0 / (gpu.memory_bytes_per_s * kernel.bandwidth_fraction);
  flop_s_ = 1.0 / (gpu.fp16_flops_per_s * kernel.compute_fraction);
}

/// A token's experts differ; further tokens choose with the popularity of a gamma distribution, so that an expert stays
/// without any with the chance of a negative binomial. Counts of GPUs scatter about their mean as if independent.
ExpertKernels::Load ExpertKernels::fullest(double tokens) const {
  const double expected = std::max(0.0, tokens - 1) * expert_share_;
  const double missed = dispersion_ > 0 ? portable::pow(1 + dispersion_ * expected, -1 / dispersion_)
                                        : portable::pow(1 - expert_share_, std::max(0.0, tokens - 1));
  const double touched = 1 - (1 - std::min(tokens, 1.0) * expert_share_) * missed;
  const double held = experts_ / gpus_;
  const double choices = tokens * chosen_, mean = choices / gpus_;
  const double others = 1 - 1 / gpus_;
  const double spread = above_mean_ * std::sqrt(mean * others + mean * mean * dispersion_ * others / held);
  const double most = std::min(mean + spread, tokens * std::min(chosen_, held));
  const double experts = held * touched + above_mean_ * std::sqrt(held * touched * (1 - touched));
  return {std::min({experts, held, most}), most};
}

ExpertWork ExpertKernels::work(double tokens) const {
  const Load load = fullest(tokens);
  const double bytes = layers_ * load.experts * expert_bytes_;
  const double flops = layers_ * (load.tokens + load.experts * tile_) * token_flops_;
  return {bytes * byte_s_, flops * flop_s_, layers_ * (fixed_s_ + tokens * sort_s_), bytes, flops};
}

}  // namespace headroom

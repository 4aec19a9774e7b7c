#include "model/performance/stack.hpp"

#include <algorithm>
#include <functional>

#include "base/problem.hpp"

namespace headroom {

void ClockResponse::fields(Fields& f) {
  f("knee_fraction", knee_fraction, "clock ratio below which durations stretch more", Range::between(1e-3, 1.0));
  f("lowest_fraction", lowest_fraction, "lowest measured clock ratio; 1/clock below it", Range::between(1e-3, 1.0));
  f("memory_share_fraction", memory_share_fraction, "share of memory-like time that follows 1/clock",
    Range::between(0.0, 1e3));
  f("memory_below_knee_fraction", memory_below_knee_fraction, "the share added below the knee",
    Range::between(0.0, 1e3));
  f("compute_share_fraction", compute_share_fraction, "share of compute-like time that follows 1/clock",
    Range::between(0.0, 1e3));
  f("compute_below_knee_fraction", compute_below_knee_fraction, "the share added below the knee",
    Range::between(0.0, 1e3));
}

ClockResponse::Stretch ClockResponse::stretch(double slowness) const {
  const double measured = std::min(slowness, 1.0 / lowest_fraction);
  const double below_knee = std::max(0.0, measured - 1.0 / knee_fraction);
  const double beyond = slowness / measured;
  return {(1.0 + memory_share_fraction * (measured - 1.0) + memory_below_knee_fraction * below_knee) * beyond,
          (1.0 + compute_share_fraction * (measured - 1.0) + compute_below_knee_fraction * below_knee) * beyond};
}

void QuantisedProducts::fields(Fields& f) {
  f("compute_ratio", compute_ratio, "rate of long products over that of 16 bits", Range::between(0.1, 4.0));
  f("product_latency_ms", product_latency, "more of each product: its activations are quantised", Range::overhead());
  f("quantising_bytes", quantising_bytes, "memory traffic that quantising one of their elements takes as long as",
    Range::between(0.0, 1e4));
}

void EngineDetour::fields(Fields& f) {
  f("layer_latency_ms", layer_latency, "extra time of a layer", Range::overhead());
  f("token_latency_ms", token_latency, "extra time of a layer for each token of the step", Range::overhead());
}

void StackCoefficients::fields(Fields& f) {
  f("from_data_sheet", from_data_sheet,
    "no step was measured on this GPU: it is refused, but by headroom predict --from-data-sheet");
  f("bandwidth_fraction", bandwidth_fraction, "reached share of the memory bandwidth", Range::between(1e-3, 1.0));
  f("context_bandwidth_fraction", context_bandwidth_fraction, "the same, where attention reads the KV cache",
    Range::between(1e-3, 1.0));
  f("compute_fraction", compute_fraction, "reached share of the FP16 tensor peak in matrix products",
    Range::between(1e-3, 1.0));
  f("attention_compute_fraction", attention_compute_fraction, "the same, in attention of prompts",
    Range::between(1e-3, 1.0));
  f("unoverlapped_fraction", unoverlapped_fraction, "share of the shorter of memory and matrix work that is not hidden",
    Range::fraction());
  f("step_latency_ms", step_latency, "small kernels on the GPU outside the layers", Range::overhead());
  f("layer_latency_ms", layer_latency, "small kernels of a layer on the GPU", Range::overhead());
  f("parallel_latency_ms", parallel_latency, "more of them in a layer that several GPUs share", Range::overhead());
  f("sequence_latency_ms", sequence_latency, "small kernels of a sequence in 32 layers, over the GPUs that share them",
    Range::overhead());
  f("all_reduce", all_reduce, "measured all-reduces by number of GPUs, in rising order of bytes");
  f("quantised", quantised, "FP8 products by precision of the model");
  f("experts", experts, "mixtures of experts");
  f("detours", detours, "what this stack spends on single models beside their kernels, by name of the model");
  f("layer_launch_ms", layer_launch, "launching a layer's kernels from the host, beside the GPU's work",
    Range::overhead());
  f("unoverlapped_launch_fraction", unoverlapped_launch_fraction,
    "share of the shorter of launching and the GPU's work that is not hidden", Range::fraction());
  f("step_overhead_ms", step_overhead, "work of the host in a step while the GPU waits", Range::overhead());
  f("prefill_overhead_ms", prefill_overhead, "the same, more for a step with prompt tokens", Range::overhead());
  f("sequence_overhead_ms", sequence_overhead, "the same, more for each sequence", Range::overhead());
  f("saturation_tokens", saturation_tokens, "tokens of a step beyond which each costs extra", Range::between(1, 1e9));
  f("saturated_bytes_per_s", saturated_bytes_per_s,
    "all-reduce payload over the extra time of a token beyond saturation and GPU beyond the first",
    Range::throughput());
  f("clock", clock, "how durations stretch at lower SM clocks");
  f("calibration", calibration, "how well these coefficients fit");
  f("errors", errors, "how far measurements lay from predictions that had not seen them");
}

void StackCoefficients::check(const Scope& scope) const {
  for (const auto& [gpus, points] : all_reduce) {
    const Scope here = scope.at("all_reduce").at(gpus);
    const bool is_number =
        !gpus.empty() && gpus.size() < 6 && std::ranges::all_of(gpus, [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number) here.problem("is not a number of GPUs");
    if (points.empty()) here.problem("has no point");
    if (!std::ranges::is_sorted(points, std::ranges::less_equal{}, &AllReducePoint::bytes))
      here.problem("its bytes do not rise");
  }
}

void StackProfile::fields(Fields& f) {
  f.required("name", name, "name of the serving stack");
  f("memory_fraction", memory_fraction, "share of device memory that the stack may use", Range::between(1e-3, 1.0));
  f("reserve_gib", reserve_bytes, "device memory for activations and graphs", Range::between(0.0, 1e6));
  f("mixture_reserve_gib", mixture_reserve_bytes,
    "the same for a mixture of experts, whose kernels need room for each token of a chunk times its experts; absent: "
    "as much",
    Range::between(0.0, 1e6));
  f("mixes_prefill", mixes_prefill, "prompts share steps with decodes; else decodes pause (`headroom predict` only)");
  f("step_tokens", step_tokens, "longer prompts are cut into chunks, where they share steps (`headroom predict` only)",
    Range::between(1, 1e7));
  f.required("gpus", gpus, "coefficients by GPU name; `default` serves GPUs without their own");
  f("source", source, "measurements behind the coefficients");
}

const StackCoefficients& StackProfile::on(const std::string& gpu, bool by_data_sheet) const {
  const auto own = gpus.find(gpu);
  const auto found = own != gpus.end() ? own : gpus.find("default");
  if (found == gpus.end())
    throw InputError("stack " + name, "has no coefficients for GPU \"" + gpu + "\" and no \"default\"");
  if (found->second.from_data_sheet && !by_data_sheet)
    throw InputError("stack " + name, "no step was measured on GPU \"" + gpu +
                                          "\"; headroom predict --from-data-sheet goes by its data sheet");
  return found->second;
}

}  // namespace headroom

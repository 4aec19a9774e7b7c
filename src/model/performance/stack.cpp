#include "model/performance/stack.hpp"

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

void StackCoefficients::fields(Fields& f) {
  f("bandwidth_fraction", bandwidth_fraction, "reached share of the memory bandwidth", Range::between(1e-3, 1.0));
  f("compute_fraction", compute_fraction, "reached share of the tensor peak at the weights' precision",
    Range::between(1e-3, 1.0));
  f("unoverlapped_fraction", unoverlapped_fraction, "share of the shorter of memory and matrix work that is not hidden",
    Range::fraction());
  f("layer_latency_ms", layer_latency, "small kernels of a layer on the GPU", Range::overhead());
  f("collective_latency_ms", collective_latency, "waiting in a layer for each GPU beyond the first", Range::overhead());
  f("layer_launch_ms", layer_launch, "launching a layer's kernels from the host, beside the GPU's work",
    Range::overhead());
  f("unoverlapped_launch_fraction", unoverlapped_launch_fraction,
    "share of the shorter of launching and the GPU's work that is not hidden", Range::fraction());
  f("step_overhead_ms", step_overhead, "work of the host in a step while the GPU waits", Range::overhead());
  f("prefill_overhead_ms", prefill_overhead, "the same, more for a step with prompt tokens", Range::overhead());
  f("sequence_overhead_ms", sequence_overhead, "the same, more for each sequence", Range::overhead());
  f("collective_bytes_per_s", collective_bytes_per_s, "all-reduce bandwidth of a GPU", Range::throughput());
  f("saturation_tokens", saturation_tokens, "tokens of a step beyond which each costs extra", Range::between(1, 1e9));
  f("saturated_bytes_per_s", saturated_bytes_per_s,
    "all-reduce payload over the extra time of a token beyond saturation and GPU beyond the first",
    Range::throughput());
  f("clock", clock, "how durations stretch at lower SM clocks");
  f("calibration", calibration, "how well these coefficients fit");
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

const StackCoefficients& StackProfile::on(const std::string& gpu) const {
  if (const auto own = gpus.find(gpu); own != gpus.end()) return own->second;
  if (const auto fallback = gpus.find("default"); fallback != gpus.end()) return fallback->second;
  throw InputError("stack " + name, "has no coefficients for GPU \"" + gpu + "\" and no \"default\"");
}

}  // namespace headroom

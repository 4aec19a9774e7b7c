#pragma once

#include <cstdint>

#include "headroom/gpu.hpp"
#include "headroom/models.hpp"
#include "model/performance/all_reduce.hpp"
#include "model/performance/architecture.hpp"
#include "model/performance/expert_kernels.hpp"
#include "model/performance/stack.hpp"

namespace headroom {

/// Step times of a transformer whose layers the GPUs of an instance share: a roofline (Williams et al. 2009) of the
/// GPU's work, beside which the host launches kernels, plus what the host does while the GPU waits; see
/// docs/models.md. Valid within one server.
class RooflineModel final : public PerformanceModel {
 public:
  /// `tensor_parallel` GPUs share each layer; at least 1.
  RooflineModel(const Architecture& architecture, const GpuSpec& gpu, const StackCoefficients& stack,
                std::uint32_t tensor_parallel);

  /// Affine in the total context of the decoding sequences, up to the one at which the GPU's work outlasts launching.
  /// The clock is positive; a step without tokens costs nothing.
  [[nodiscard]] StepCost cost(const StepShape& step, Hertz clock) const override;

 private:
  [[nodiscard]] ClockResponse::Stretch stretch(Hertz clock) const;
  /// Pairs or tokens that attention sees, on average over the layers, of `total` of them before `queries`.
  [[nodiscard]] double seen(double total, double queries) const;
  /// The decoding sequences' context, whose mean stays within a window or is beyond it.
  void add_context(const StepShape& step, ClockResponse::Stretch stretch, StepCost& cost) const;
  void add_experts(double tokens, ClockResponse::Stretch stretch, StepCost& cost) const;
  /// Sets the duration from the GPU's work and what the host does beside it and after it.
  void add_host(const StepShape& step, double sequences, StepCost& cost) const;
  /// The longer of two kinds of work that run beside each other, and what is not hidden of the shorter.
  [[nodiscard]] double overlapped(double a, double b) const;

  ClockResponse clock_;
  AllReduce all_reduce_;
  ExpertKernels experts_;
  double clock_scale_;  ///< highest clock in Hz
  double unoverlapped_;
  double unoverlapped_launch_;
  double saturation_tokens_;
  double launch_s_;                                  ///< launching a step's kernels
  double step_s_, prefill_s_, host_sequence_s_;      ///< of the host while the GPU waits
  double latency_s_;                                 ///< small kernels in a step
  double sequence_s_;                                ///< of a sequence
  double small_token_s_;                             ///< of a token: quantising it, and what no kernel shows
  double weights_s_;                                 ///< streaming the weights that every step reads
  double context_s_;                                 ///< reading a token of the KV cache
  double token_s_;                                   ///< matrix work of a token, without its experts
  double sampled_s_;                                 ///< output projection of a sequence
  double pair_s_;                                    ///< attention of one query on one key in prefill
  double reduces_;                                   ///< all-reduces in a step
  double window_;                                    ///< tokens to which some layers look back
  double sliding_;                                   ///< share of such layers
  double activation_bytes_;                          ///< of a token in each of them
  double saturated_s_;                               ///< extra of a token beyond saturation
  double share_;                                     ///< of the instance's work on one GPU
  double sequence_share_;                            ///< likewise, of the work of sequences: all, where it routes them
  double weight_bytes_, context_bytes_;              // per GPU
  double token_flops_, sampled_flops_, pair_flops_;  // per GPU
  double saturated_flops_;                           ///< that a token's extra time beyond saturation draws power for
};

}  // namespace headroom

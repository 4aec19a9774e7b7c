#pragma once

#include <cstdint>

#include "headroom/gpu.hpp"
#include "headroom/models.hpp"
#include "model/performance/architecture.hpp"
#include "model/performance/stack.hpp"

namespace headroom {

/// Step times of a transformer under tensor parallelism: a roofline (Williams et al. 2009) of the GPU's work, beside
/// which the host launches kernels, plus what the host does while the GPU waits; see docs/models.md. Valid within one
/// server.
class RooflineModel final : public PerformanceModel {
 public:
  /// `tensor_parallel` GPUs share each layer; at least 1.
  RooflineModel(const Architecture& architecture, const GpuSpec& gpu, const StackCoefficients& stack,
                std::uint32_t tensor_parallel);

  /// Affine in the total context of the decoding sequences, up to the one at which the GPU's work outlasts launching.
  /// The clock is positive; a step without tokens costs nothing.
  [[nodiscard]] StepCost cost(const StepShape& step, Hertz clock) const override;

 private:
  struct Stretch {
    double memory;
    double compute;
  };
  [[nodiscard]] Stretch stretch(Hertz clock) const;
  [[nodiscard]] double weight_bytes(double tokens) const;

  ClockResponse clock_;
  double clock_scale_;      ///< highest clock in Hz
  double knee_slowness_;    ///< 1 / knee
  double lowest_slowness_;  ///< 1 / lowest measured ratio
  double unoverlapped_;
  double unoverlapped_launch_;
  double saturation_tokens_;
  double launch_s_;                                  ///< launching a step's kernels
  double step_s_, prefill_s_, sequence_s_;           ///< of the host while the GPU waits
  double latency_s_;                                 ///< small kernels and waiting for each other, in a step
  double byte_s_;                                    ///< of weights and KV cache
  double token_s_;                                   ///< matrix work of a token
  double sampled_s_;                                 ///< output projection of a sequence
  double pair_s_;                                    ///< attention of one query on one key in prefill
  double collective_s_;                              ///< all-reduces of a token
  double saturated_s_;                               ///< extra of a token beyond saturation
  double common_bytes_, expert_bytes_;               // per GPU
  double context_bytes_;                             // per GPU
  double missed_by_token_;                           ///< share of the experts that one token does not pass
  double token_flops_, sampled_flops_, pair_flops_;  // per GPU
  double flop_weight_;                               ///< FP16 operations that draw as much as one at this precision
  double saturated_flops_;                           ///< that a token's extra time beyond saturation draws power for
};

}  // namespace headroom

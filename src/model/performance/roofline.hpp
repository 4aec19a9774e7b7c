#pragma once

#include <cstdint>

#include "headroom/gpu.hpp"
#include "headroom/models.hpp"
#include "model/performance/architecture.hpp"
#include "model/performance/stack.hpp"

namespace headroom {

/// Step times of a dense transformer under tensor parallelism: a roofline (Williams et al. 2009) whose memory and
/// matrix terms overlap in part, plus overheads and collectives; see docs/models.md. Valid for FP16/BF16 within one
/// server.
class RooflineModel final : public PerformanceModel {
 public:
  /// `tensor_parallel` GPUs share each layer; at least 1.
  RooflineModel(const Architecture& architecture, const GpuSpec& gpu, const StackCoefficients& stack,
                std::uint32_t tensor_parallel);

  /// Affine in the total context of the decoding sequences and valid at every context. The clock is positive; a step
  /// without tokens costs nothing.
  [[nodiscard]] StepCost cost(const StepShape& step, Hertz clock) const override;

 private:
  struct Stretch {
    double memory;
    double compute;
  };
  [[nodiscard]] Stretch stretch(Hertz clock) const;

  ClockResponse clock_;
  double clock_scale_;      ///< highest clock in Hz
  double knee_slowness_;    ///< 1 / knee
  double lowest_slowness_;  ///< 1 / lowest measured ratio
  double unoverlapped_;
  double saturation_tokens_;
  double floor_s_;    ///< overheads and weight streaming of any step
  double prefill_s_;  ///< overhead of a step with prompt tokens
  double sequence_s_;
  double token_s_;                                   ///< matrix work of a token
  double sampled_s_;                                 ///< output projection of a sequence
  double pair_s_;                                    ///< attention of one query on one key in prefill
  double context_s_;                                 ///< KV read of one token
  double collective_s_;                              ///< all-reduces of a token
  double saturated_s_;                               ///< extra of a token beyond saturation
  double weight_bytes_, context_bytes_;              // per GPU
  double token_flops_, sampled_flops_, pair_flops_;  // per GPU
  double saturated_flops_;                           ///< that a token's extra time beyond saturation draws power for
};

}  // namespace headroom

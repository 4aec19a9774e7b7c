#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/gpu.hpp"
#include "model/performance/architecture.hpp"

namespace headroom {

/// A synchronous data-parallel job by its parameters: how long an iteration computes and then waits for its gradients.
/// Parameters of a token: of the layers and of the output projection. Collectives of tensor and pipeline parallelism,
/// pipeline bubbles and recomputation are part of the model flops utilisation (MFU), which is our simplification.
struct ModelTraining {
  Architecture model;
  double batch_tokens = 0;              ///< of one iteration, over all GPUs
  std::uint32_t tensor_parallel = 8;    ///< GPUs that share each layer
  std::uint32_t pipeline_parallel = 1;  ///< groups that share the layers
  double mfu_fraction = 0.4;
  double gradient_bytes = 2;  ///< of one parameter
  double network_bytes_per_s = 0;
  double overlap_fraction = 0.5;
  double compute_power_fraction = 1.0;
  double communication_power_fraction = 0;

  void fields(Fields& f);
  /// What is wrong with it on that many GPUs.
  void check_on(std::uint32_t gpus, const Scope& scope) const;

  /// 6 N tokens / (gpus * FP16 peak * MFU): two operations a parameter and token forward, four backward (Kaplan et al.
  /// 2020, section 2.1); attention pairs are left out.
  [[nodiscard]] Seconds compute_time(std::uint32_t gpus, const GpuSpec& gpu) const;
  /// (1 - overlap) * 2 (d - 1) / d * gradients of a GPU / bandwidth of a GPU, d data-parallel copies: a ring all-reduce
  /// (Patarasuk and Yuan 2009). The overlap as one fraction is ours. 0 for one copy.
  [[nodiscard]] Seconds exposed_communication(std::uint32_t gpus) const;
};

}  // namespace headroom

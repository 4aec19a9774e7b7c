#pragma once

#include <cstdint>

#include "headroom/fields.hpp"
#include "headroom/gpu.hpp"

namespace headroom {

/// A synchronous data-parallel job that trains a convolutional network on images: how long an iteration computes, waits
/// for memory (batch norm, activations: layers with few operations a byte) and then for its gradients.
struct ConvolutionTraining {
  double parameters = 1;
  double flops_per_image = 1;         ///< forward; a multiply-add counts as two
  double memory_bytes_per_image = 0;  ///< forward and backward, of layers that memory bounds
  double batch_images = 1;            ///< of one iteration, over all GPUs
  double mfu_fraction = 0.4;
  double gradient_bytes = 4;  ///< of one parameter
  double network_bytes_per_s = 0;
  double overlap_fraction = 0.5;
  double compute_power_fraction = 1.0;
  double memory_power_fraction = 0.7;
  double communication_power_fraction = 0;

  void fields(Fields& f);

  /// 3 operations of the forward pass an image: one forward, two backward.
  [[nodiscard]] Seconds compute_time(std::uint32_t gpus, const GpuSpec& gpu) const;
  [[nodiscard]] Seconds memory_time(std::uint32_t gpus, const GpuSpec& gpu) const;
  /// (1 - overlap) * 2 (n - 1) / n * gradients / bandwidth of a GPU: a ring all-reduce over n GPUs.
  [[nodiscard]] Seconds exposed_communication(std::uint32_t gpus) const;
};

}  // namespace headroom

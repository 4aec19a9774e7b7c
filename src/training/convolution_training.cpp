#include "training/convolution_training.hpp"

namespace headroom {

void ConvolutionTraining::fields(Fields& f) {
  f.required("parameters", parameters, "of the network", Range::between(1, 1e15));
  f.required("flops_per_image", flops_per_image, "of the forward pass, a multiply-add counted as two",
             Range::between(1, 1e18));
  f("memory_bytes_per_image", memory_bytes_per_image,
    "traffic of layers that memory bounds, forward and backward; 0: none", Range::between(0, 1e15));
  f.required("batch_images", batch_images, "images of one iteration over all GPUs", Range::between(1, 1e9));
  f("mfu_fraction", mfu_fraction, "model flops utilisation while it computes, of the FP16 peak",
    Range::between(1e-3, 1.0));
  f("gradient_bytes", gradient_bytes, "bytes of the gradient of one parameter", Range::between(0.1, 8.0));
  f.required("network_bytes_per_s", network_bytes_per_s, "bandwidth between GPUs for one of them, each way",
             Range::throughput());
  f("overlap_fraction", overlap_fraction, "share of the gradient exchange that hides behind compute",
    Range::fraction());
  f("compute_power_fraction", compute_power_fraction, "draw over TDP while it computes", Range{0.0, 2.0, true});
  f("memory_power_fraction", memory_power_fraction, "draw over TDP while memory bounds it", Range::between(0.0, 2.0));
  f.required("communication_power_fraction", communication_power_fraction, "draw over TDP while it waits for gradients",
             Range::between(0.0, 2.0));
}

Seconds ConvolutionTraining::compute_time(std::uint32_t gpus, const GpuSpec& gpu) const {
  return Seconds(3.0 * flops_per_image * batch_images / (gpus * gpu.fp16_flops_per_s * mfu_fraction));
}

Seconds ConvolutionTraining::memory_time(std::uint32_t gpus, const GpuSpec& gpu) const {
  return Seconds(memory_bytes_per_image * batch_images / (gpus * gpu.memory_bytes_per_s));
}

Seconds ConvolutionTraining::exposed_communication(std::uint32_t gpus) const {
  const double n = gpus;
  return Seconds((1.0 - overlap_fraction) * 2.0 * (n - 1.0) / n * parameters * gradient_bytes / network_bytes_per_s);
}

}  // namespace headroom

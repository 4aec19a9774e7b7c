#include "training/model_training.hpp"

namespace headroom {

void ModelTraining::fields(Fields& f) {
  f.required("model", model, "the language model, by its architecture");
  f.required("batch_tokens", batch_tokens, "tokens of one iteration over all GPUs", Range::between(1.0, 1e12));
  f("tensor_parallel", tensor_parallel, "GPUs that share each layer", Range::between(1, 1024));
  f("pipeline_parallel", pipeline_parallel, "groups of GPUs that share the layers", Range::between(1, 1024));
  f("mfu_fraction", mfu_fraction, "model flops utilisation while it computes, of the FP16 peak",
    Range::between(1e-3, 1.0));
  f("gradient_bytes", gradient_bytes, "bytes of the gradient of one parameter", Range::between(0.1, 8.0));
  f.required("network_bytes_per_s", network_bytes_per_s, "bandwidth between servers for one GPU, each way",
             Range::throughput());
  f("overlap_fraction", overlap_fraction, "share of the gradient exchange that hides behind compute",
    Range::fraction());
  f("compute_power_fraction", compute_power_fraction, "draw over TDP while it computes", Range{0.0, 2.0, true});
  f.required("communication_power_fraction", communication_power_fraction, "draw over TDP while it waits for gradients",
             Range::between(0.0, 2.0));
}

void ModelTraining::check_on(std::uint32_t gpus, const Scope& scope) const {
  const std::uint64_t copy = std::uint64_t{tensor_parallel} * pipeline_parallel;
  if (gpus % copy != 0)
    scope.problem("a copy of the model takes " + std::to_string(copy) +
                  " GPUs (tensor_parallel x pipeline_parallel), of which the job's " + std::to_string(gpus) +
                  " are no multiple");
}

Seconds ModelTraining::compute_time(std::uint32_t gpus, const GpuSpec& gpu) const {
  const double parameters = model.layer_parameters() + static_cast<double>(model.hidden) * model.vocabulary;
  return Seconds(6.0 * parameters * batch_tokens / (gpus * gpu.fp16_flops_per_s * mfu_fraction));
}

Seconds ModelTraining::exposed_communication(std::uint32_t gpus) const {
  const double share = static_cast<double>(tensor_parallel) * pipeline_parallel;
  const double copies = gpus / share;
  const double bytes = 2.0 * (copies - 1.0) / copies * model.parameters * gradient_bytes / share;
  return Seconds((1.0 - overlap_fraction) * bytes / network_bytes_per_s);
}

}  // namespace headroom

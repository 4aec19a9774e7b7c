#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "headroom/fields.hpp"
#include "headroom/gpu.hpp"
#include "headroom/quantity.hpp"
#include "model/performance/architecture.hpp"

namespace headroom {

/// What the grouped products of one precision reach on a GPU type.
struct ExpertKernel {
  Seconds layer_latency{};          ///< sorting tokens and launching, in each layer with experts
  double bandwidth_fraction = 0.9;  ///< of the data sheet's memory bandwidth
  double compute_fraction = 0.4;    ///< of the data sheet's FP16 peak

  void fields(Fields& f);
};

/// How a stack runs mixtures of experts on a GPU type.
struct ExpertCoefficients {
  std::map<std::string, ExpertKernel> kernels;  ///< by precision; one that is missing runs as "bf16"
  bool whole_experts = true;       ///< expert parallelism: each expert lies on one GPU; else all GPUs share each
  double tile_tokens = 16;         ///< rows to which the tokens of an expert are padded
  Seconds sort_time{};             ///< of each expert that a token of the step chooses, in each layer, on every GPU
  double popularity_fraction = 1;  ///< coefficient of variation of how often routers choose an expert

  void fields(Fields& f);
};

/// Work of a step's experts on the GPU that waits for none, over all layers: what others wait for.
struct ExpertWork {
  double streaming_s = 0;
  double compute_s = 0;
  double fixed_s = 0;
  double bytes = 0;
  double flops = 0;
};

/// The experts of a mixture on the GPUs of an instance: balls in bins, of which the fullest GPU counts.
class ExpertKernels {
 public:
  ExpertKernels(const Architecture& architecture, const GpuSpec& gpu, const ExpertCoefficients& coefficients,
                std::uint32_t gpus);

  [[nodiscard]] bool none() const { return layers_ == 0.0; }
  /// Of a step of so many tokens; experts that its tokens choose independently, some more often than others.
  [[nodiscard]] ExpertWork work(double tokens) const;

 private:
  /// What the fullest GPU does in a layer: experts of which it reads the weights, and tokens that they take.
  struct Load {
    double experts;
    double tokens;
  };
  [[nodiscard]] Load fullest(double tokens) const;

  double layers_;        ///< that have experts
  double experts_;       ///< of a layer on one GPU
  double chosen_;        ///< of a layer by one token
  double expert_share_;  ///< chance that a token chooses an expert, where all are as popular
  double dispersion_;    ///< variance of popularity over its squared mean
  double gpus_;          ///< among which whole experts are spread
  double above_mean_;    ///< standard deviations by which the largest of so many counts exceeds their mean
  double tile_;
  double sort_s_, fixed_s_;  ///< of a layer: per token, per step
  double expert_bytes_, byte_s_;
  double token_flops_, flop_s_;  ///< of one token in one expert
};

}  // namespace headroom

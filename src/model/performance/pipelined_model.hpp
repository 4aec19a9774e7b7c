#pragma once

#include <cstdint>
#include <memory>

#include "headroom/models.hpp"

namespace headroom {

/// Steps of a pipeline whose stages have the same number of layers. A step is a turn of as many parts of a batch as
/// there are stages: every decoding sequence passes all stages once, and chunks follow each other at the distance of a
/// stage (stream pipeline parallelism of Medha, arXiv 2409.17264). So it lasts what one part takes on the whole model.
class PipelinedModel final : public PerformanceModel {
 public:
  /// `whole` is the model of all layers on the GPUs of one stage.
  PipelinedModel(std::unique_ptr<const PerformanceModel> whole, std::uint32_t stages, Seconds hand_over);
  [[nodiscard]] StepCost cost(const StepShape& step, Hertz clock) const override;

 private:
  std::unique_ptr<const PerformanceModel> whole_;
  double stages_;
  Seconds hand_over_;
};

}  // namespace headroom

#pragma once

#include <memory>

#include "headroom/gpu.hpp"
#include "headroom/models.hpp"
#include "model/performance/stack.hpp"

namespace headroom {

/// A language model whose instances also encode the images of prompts: a step with images lasts so much longer, one
/// after the other, since batches of images gain nothing (ModServe, arXiv 2502.00937, section 3). Encoding is bound by
/// computation: at a lower clock it takes longer as compute-like terms do, and works the GPU as much as
/// `kOfFullPrefill` of a full prefill (ours: the paper says an SM near 100 % and little memory traffic).
class EncodingModel final : public PerformanceModel {
 public:
  static constexpr double kOfFullPrefill = 0.95;
  static constexpr double kFullPrefillTokens = 2048;

  /// `image`: time of one image at the highest clock.
  EncodingModel(std::unique_ptr<const PerformanceModel> text, Seconds image, Hertz max_clock);
  [[nodiscard]] StepCost cost(const StepShape& step, Hertz clock) const override;

 private:
  std::unique_ptr<const PerformanceModel> text_;
  Seconds image_;
  Hertz max_clock_;
  ClockResponse clock_;
};

}  // namespace headroom

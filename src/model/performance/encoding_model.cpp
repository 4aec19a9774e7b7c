#include "model/performance/encoding_model.hpp"

#include <utility>

namespace headroom {

EncodingModel::EncodingModel(std::unique_ptr<const PerformanceModel> text, Seconds image, Hertz max_clock)
    : text_(std::move(text)), image_(image), max_clock_(max_clock) {}

StepCost EncodingModel::cost(const StepShape& step, Hertz clock) const {
  StepCost cost = text_->cost(step, clock);
  if (step.images <= 0) return cost;
  const double slower = clock == max_clock_ ? 1.0 : clock_.stretch(max_clock_ / clock).compute;
  const Seconds encode = image_ * (step.images * slower);
  StepShape full;
  full.add_prefill(1, kFullPrefillTokens, 0);
  const StepCost prefill = text_->cost(full, clock);
  const double steps = kOfFullPrefill * (encode / prefill.duration(0));
  cost.base += encode;
  cost.busy += encode;
  cost.flops += steps * prefill.flops;
  cost.bytes += steps * prefill.bytes;
  return cost;
}

}  // namespace headroom

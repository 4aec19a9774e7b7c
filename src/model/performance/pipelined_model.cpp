#include "model/performance/pipelined_model.hpp"

#include <algorithm>
#include <utility>

#include "model/performance/part_of_gpus.hpp"
#include "model/performance/step_parts.hpp"

namespace headroom {
namespace {

/// One of `groups` parts of those that decode and one of `chunks` parts of the prompts' chunks, the mean of these.
StepShape micro_batch(const StepShape& step, double groups, double chunks) {
  StepShape micro = step;
  const double before = step.prefill_tokens * (chunks - 1) / (2 * chunks);  // read by the chunks that went ahead
  micro.decodes /= groups;
  micro.decode_context_tokens /= groups;
  micro.prefill_tokens /= chunks;
  micro.prefill_pairs /= chunks;
  micro.prefill_squares /= chunks * chunks;
  micro.prefill_context_tokens += before;
  micro.prefill_context_rounded += before;
  return micro;
}

/// What all GPUs do in a step, over one stage: work of those that decode passes `groups` times, that of chunks `chunks`
/// times, and the weights as often as more of the two.
void count_work(StepCost& cost, const StepCost& decodes, const StepCost& prefills, double groups, double chunks,
                double stages) {
  const double weights = decodes.bytes + prefills.bytes - cost.bytes;
  cost.flops = (decodes.flops * groups + prefills.flops * chunks) / stages;
  cost.bytes =
      ((decodes.bytes - weights) * groups + (prefills.bytes - weights) * chunks + weights * std::max(groups, chunks)) /
      stages;
  cost.sequences = (decodes.sequences * groups + prefills.sequences) / stages;
}

}  // namespace

PipelinedModel::PipelinedModel(std::unique_ptr<const PerformanceModel> whole, std::uint32_t stages, Seconds hand_over)
    : whole_(std::move(whole)), stages_(stages), hand_over_(hand_over) {}

StepCost PipelinedModel::cost(const StepShape& step, Hertz clock) const {
  if (step.decodes + step.prefill_tokens <= 0) return {};
  const double groups = std::clamp(step.decodes, 1.0, stages_);
  const double chunks = std::clamp(step.prefill_tokens, 1.0, stages_);
  const StepShape micro = micro_batch(step, groups, chunks);
  StepCost cost = whole_->cost(micro, clock);
  cost.base += hand_over_ * stages_;
  // Nothing was in the stages before: the last chunk still has to pass all but the first.
  if (step.decodes <= 0 && step.prefill_context_tokens <= 0) cost.base += cost.base * ((stages_ - 1) / stages_);
  count_whole_context(cost, groups);
  const StepCost together = cost;
  spread_over_gpus(cost, std::max(groups, chunks) / stages_);
  if (step.decodes <= 0 || step.prefill_tokens <= 0) return cost;
  cost.flops = together.flops;
  cost.bytes = together.bytes;
  count_work(cost, whole_->cost(only_decodes(micro), clock), whole_->cost(only_prefills(micro), clock), groups, chunks,
             stages_);
  cost.flops_per_context_token = together.flops_per_context_token * groups / stages_;
  cost.bytes_per_context_token = together.bytes_per_context_token * groups / stages_;
  return cost;
}

}  // namespace headroom

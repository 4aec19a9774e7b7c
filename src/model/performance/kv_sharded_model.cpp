#include "model/performance/kv_sharded_model.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/performance/part_of_gpus.hpp"
#include "model/performance/step_parts.hpp"

namespace headroom {

KvShardedModel::KvShardedModel(std::unique_ptr<const PerformanceModel> one, const Parallelism& parallelism)
    : one_(std::move(one)),
      groups_(parallelism.kv_groups),
      group_tokens_(static_cast<double>(parallelism.kv_group_tokens)),
      merge_(parallelism.merge) {}

double KvShardedModel::groups_for(double context_tokens) const {
  return std::clamp(std::ceil(context_tokens / group_tokens_), 1.0, groups_);
}

StepCost KvShardedModel::cost(const StepShape& step, Hertz clock) const {
  if (step.decodes + step.prefill_tokens <= 0) return {};
  const double decoders = groups_for(step.decode_context_tokens);
  const double readers = groups_for(step.prefill_context_tokens + step.prefill_tokens);
  StepShape shard = step;
  shard.decode_context_tokens /= decoders;
  shard.prefill_context_tokens /= readers;
  shard.prefill_context_rounded /= readers;
  shard.prefill_pairs /= readers;
  StepCost cost = one_->cost(shard, clock);
  const double used = std::max(decoders, readers), both = std::min(decoders, readers);
  if (step.decodes > 0 && step.prefill_tokens > 0 && both < used) {
    share_work(cost, both / used,
               decoders > readers ? one_->cost(only_decodes(shard), clock)
                                  : without_context(one_->cost(only_prefills(shard), clock)));
  }
  count_whole_context(cost, decoders);
  if (decoders < groups_) cost.valid_to_context = std::min(cost.valid_to_context, decoders * group_tokens_);
  if (used > 1) {
    cost.base += merge_;
    cost.busy += merge_;
    cost.collective += merge_;
  }
  spread_over_gpus(cost, used / groups_);
  return cost;
}

}  // namespace headroom

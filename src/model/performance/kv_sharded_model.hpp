#pragma once

#include <cstdint>
#include <memory>

#include "headroom/models.hpp"
#include "model/performance/parallelism.hpp"

namespace headroom {

/// Steps of several copies of a model that share attention, each with a part of the KV cache along the sequence (KV
/// parallelism of Medha, arXiv 2409.17264): what is not attention takes as long as on one, attention is divided among
/// the groups that the context needs, and their results are merged.
class KvShardedModel final : public PerformanceModel {
 public:
  /// `one` is the model of one group.
  KvShardedModel(std::unique_ptr<const PerformanceModel> one, const Parallelism& parallelism);
  [[nodiscard]] StepCost cost(const StepShape& step, Hertz clock) const override;

 private:
  /// That share the attention over so much context.
  [[nodiscard]] double groups_for(double context_tokens) const;

  std::unique_ptr<const PerformanceModel> one_;
  double groups_, group_tokens_;
  Seconds merge_;
};

}  // namespace headroom

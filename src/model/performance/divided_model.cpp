#include "model/performance/divided_model.hpp"

#include <utility>

#include "model/performance/kv_sharded_model.hpp"
#include "model/performance/pipelined_model.hpp"

namespace headroom {

std::unique_ptr<const PerformanceModel> divided(std::unique_ptr<const PerformanceModel> layers,
                                                const Parallelism& parallelism) {
  if (parallelism.kv_groups > 1) layers = std::make_unique<KvShardedModel>(std::move(layers), parallelism);
  if (parallelism.stages > 1)
    layers = std::make_unique<PipelinedModel>(std::move(layers), parallelism.stages, parallelism.hand_over);
  return layers;
}

}  // namespace headroom

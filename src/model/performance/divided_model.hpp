#pragma once

#include <memory>

#include "headroom/models.hpp"
#include "model/performance/parallelism.hpp"

namespace headroom {

/// Steps of an instance with stages and groups. `layers` is the model of all layers on the GPUs that share each.
[[nodiscard]] std::unique_ptr<const PerformanceModel> divided(std::unique_ptr<const PerformanceModel> layers,
                                                              const Parallelism& parallelism);

}  // namespace headroom

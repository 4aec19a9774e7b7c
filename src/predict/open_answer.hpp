#pragma once

#include "config/json.hpp"
#include "model/clamped_step.hpp"
#include "predict/prediction.hpp"

namespace headroom {

/// Adds what requests see that arrive at the input's rate, with intervals; null where the instance is saturated.
void add_open_load(const PredictionInput& input, const LimitedGpu& gpu, Json& row);

}  // namespace headroom

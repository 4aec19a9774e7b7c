#pragma once

#include <vector>

#include "engine/scenario.hpp"

namespace headroom {

/// Of a scenario that follows temperatures: what GPUs and inlets are made of, and that GPUs at rest stay below the
/// temperature at which they throttle.
void check_cooling(const Scenario& scenario, std::vector<Problem>& problems);

}  // namespace headroom

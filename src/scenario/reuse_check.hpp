#pragma once

#include "scenario/scenario.hpp"

namespace headroom {

/// Says what planners that take over KV caches ask of models, services and the network that there is not.
void check_reuse(const Scenario& scenario, const Scope& root);

}  // namespace headroom

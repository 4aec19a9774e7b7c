#pragma once

#include <vector>

#include "scenario/scenario.hpp"

namespace headroom {

/// What is wrong with telemetry and policies in this scenario: levels that cannot be sampled, controllers that undo
/// each other's commands, and parameters that do not suit it. The GPU and the site must be sound.
void check_control(const Scenario& scenario, const Scope& root);

/// The pools' shares of the servers, in the order of the pools.
std::vector<double> pool_fractions(const ServingConfig& serving);

}  // namespace headroom

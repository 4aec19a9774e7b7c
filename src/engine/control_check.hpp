#pragma once

#include <vector>

#include "engine/scenario.hpp"

namespace headroom {

/// What is wrong with telemetry and policies: levels that cannot be sampled, controllers that undo each other's
/// commands, and what the policies say of their own parameters. The hardware and the site must be sound.
void check_control(const Scenario& scenario, std::vector<Problem>& problems);

/// The pools' shares of the servers, in the order of the pools.
std::vector<double> pool_fractions(const ServingConfig& serving);

}  // namespace headroom

#pragma once

#include <vector>

#include "engine/scenario.hpp"

namespace headroom {

// Values that are possible one by one, but not together, and that a run could not get on with.

/// Of the site: how many nodes it has, and what they lose.
void check_proportions(const Scenario& scenario, std::vector<Problem>& problems);
/// Of a scenario with serving, sound otherwise: how long the shortest step takes, one token of one sequence, and
/// whether a power limit could hold every step.
void check_steps(const Scenario& scenario, std::vector<Problem>& problems);

}  // namespace headroom

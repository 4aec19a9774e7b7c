#pragma once

#include "scenario/scenario.hpp"

namespace headroom {

// Values that are possible one by one, but not together, and that a run could not get on with.

/// At full load a node may lose as much as it passes on, not more.
void check_losses(const Scenario& scenario, const Scope& root);
/// Of a scenario with serving, sound otherwise: how long the shortest step takes, one token of one sequence, and
/// whether a power limit could hold every step, whether the batch scheduler's time budget leaves room for a token.
void check_steps(const Scenario& scenario, const Scope& root);
/// Of a scenario with serving: every class of generated requests has prompts for which some instance has KV memory.
void check_prompt_lengths(const Scenario& scenario, const Scope& root);

}  // namespace headroom

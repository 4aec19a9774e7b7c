#pragma once

#include "scenario/scenario.hpp"

namespace headroom {

/// What is wrong with telemetry and policies in this scenario: levels that cannot be sampled, controllers that undo
/// each other's commands, and parameters that do not suit it. The GPU and the site must be sound.
void check_control(const Scenario& scenario, const Scope& root);

}  // namespace headroom

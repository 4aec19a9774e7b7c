#pragma once

#include "fleet/fleet.hpp"
#include "headroom/world.hpp"
#include "scenario/model_catalogue.hpp"
#include "trace/classes.hpp"

namespace headroom {

/// What the policies of a run know before it begins; all outlive it.
[[nodiscard]] World world_of(const Scenario& scenario, const FleetPlan& plan, const ClassTable& classes,
                             const Fleet& fleet, const Catalogue& catalogue);

}  // namespace headroom

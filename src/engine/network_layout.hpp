#pragma once

#include <optional>

#include "facility/site.hpp"
#include "kernel/network_layout.hpp"
#include "scenario/fleet_plan.hpp"

namespace headroom {

/// What transfers share in a scenario; nothing where it has no network, or one that they do not share.
[[nodiscard]] std::optional<NetworkLayout> network_layout(const Scenario& scenario, const FleetPlan& plan,
                                                          const Site& site);

}  // namespace headroom

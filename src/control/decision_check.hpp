#pragma once

#include <span>
#include <string>
#include <vector>

#include "headroom/actions.hpp"
#include "headroom/fleet.hpp"
#include "headroom/world.hpp"

namespace headroom {

/// What an action may ask for.
struct ActionLimits {
  const FleetView& fleet;
  const World& world;
  std::span<const Power> tdp;  ///< by server type
};

/// Hold decisions against the contract of their interface; a PolicyError names policy, time, object and rule.
void check_route(InstanceId chosen, const FleetView& fleet, const std::string& policy, const Request& request);
void check_action(const Action& action, const ActionLimits& limits, const std::string& policy, Seconds now);

}  // namespace headroom

#pragma once

#include <string>

#include "engine/platform.hpp"
#include "headroom/controller.hpp"
#include "headroom/fleet.hpp"

namespace headroom {

/// Hold decisions against the contract of their interface; a PolicyError names policy, time, object and rule.
void check_route(InstanceId chosen, const FleetView& fleet, const std::string& policy, const Request& request);
void check_action(const Action& action, const Platform& platform, std::size_t servers, Power tdp,
                  const std::string& policy, Seconds now);

}  // namespace headroom

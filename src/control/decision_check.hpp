#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "headroom/controller.hpp"
#include "headroom/fleet.hpp"

namespace headroom {

/// What an action may ask for.
struct ActionLimits {
  std::size_t servers = 0;
  std::span<const Hertz> clocks;  ///< that GPUs support
  Power tdp{};
};

/// Hold decisions against the contract of their interface; a PolicyError names policy, time, object and rule.
void check_route(InstanceId chosen, const FleetView& fleet, const std::string& policy, const Request& request);
void check_action(const Action& action, const ActionLimits& limits, const std::string& policy, Seconds now);

}  // namespace headroom

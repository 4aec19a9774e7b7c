#pragma once

#include <span>
#include <string>
#include <vector>

#include "headroom/actions.hpp"
#include "headroom/fleet.hpp"
#include "headroom/reach.hpp"
#include "headroom/router.hpp"
#include "headroom/world.hpp"

namespace headroom {

/// What an action may ask for.
struct ActionLimits {
  const FleetView& fleet;
  const World& world;
  const Reach& reach;
  std::span<const Power> tdp;  ///< by server type
  bool has_jobs;               ///< whether the run has training jobs
};

/// Hold decisions against the contract of their interface; a PolicyError names policy, time, object and rule.
void check_route(const Route& route, const FleetView& fleet, const std::string& policy, const Request& request);
/// Of a route that names two instances.
void check_hand_over(const Route& route, bool can_travel, bool is_same_model, const std::string& policy,
                     const Request& request);
void check_action(const Action& action, const ActionLimits& limits, const std::string& policy, Seconds now);

}  // namespace headroom

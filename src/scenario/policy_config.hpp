#pragma once

#include <optional>
#include <string>
#include <vector>

#include "headroom/batch_scheduler.hpp"
#include "headroom/controller.hpp"
#include "headroom/placement.hpp"
#include "headroom/planner.hpp"
#include "headroom/recipe.hpp"
#include "headroom/router.hpp"
#include "headroom/vm.hpp"
#include "scenario/controller_scope.hpp"
#include "scenario/policy_pools.hpp"

namespace headroom {

/// A controller of any built-in kind, and where it acts.
struct ControllerConfig : Recipe<Controller> {
  std::optional<ControllerScope> scope;  ///< none: everything
  ControllerConfig();
};
/// The scope stands beside `kind`, among the parameters.
[[nodiscard]] Slot slot_of(ControllerConfig& config);

/// A planner of any built-in kind.
struct PlannerConfig : Recipe<Planner> {
  PlannerConfig();
};
[[nodiscard]] Slot slot_of(PlannerConfig& config);

/// The controller `backstop` of a site: as an entry of /policy/controllers where it is switched on.
struct BackstopConfig {
  bool enabled = false;
  ControllerConfig controller;
  BackstopConfig();
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Who decides: one router, one batch scheduler, who stands where at the start, any number of controllers; and how it
/// divides the instances and starts new ones, where that is its own.
struct PolicyConfig {
  std::string name;
  Recipe<Router> router;
  Recipe<BatchScheduler> batching;
  Recipe<BatchScheduler> unit_batching;  ///< of instances whose steps are by units
  Recipe<Planner> planner;
  std::vector<PlannerConfig> planners;  ///< beside it, in order
  Recipe<Placement> placement;
  Recipe<VmPlacement> vm_placement;
  std::vector<ControllerConfig> controllers;
  PolicyPools pools;
  std::optional<StartUpConfig> start;  ///< in place of those of the services
  PolicyConfig();
  void fields(Fields& f);
};

}  // namespace headroom

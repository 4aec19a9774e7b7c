#pragma once

#include <span>

#include "headroom/batch_scheduler.hpp"
#include "headroom/controller.hpp"
#include "headroom/fields.hpp"
#include "headroom/placement.hpp"
#include "headroom/planner.hpp"
#include "headroom/router.hpp"
#include "headroom/smoother.hpp"
#include "headroom/vm.hpp"

namespace headroom {

struct Plugin;

/// Every policy that there is, by kind: those that come with Headroom, then those of plugins.
std::span<const Kind<Router>> builtin_routers();
std::span<const Kind<BatchScheduler>> builtin_batch_schedulers();
/// Of instances whose steps are by units.
std::span<const Kind<BatchScheduler>> builtin_unit_schedulers();
std::span<const Kind<Planner>> builtin_planners();
std::span<const Kind<Controller>> builtin_controllers();
std::span<const Kind<Placement>> builtin_placements();
std::span<const Kind<Smoother>> builtin_smoothers();
std::span<const Kind<VmPlacement>> builtin_vm_placements();

/// Adds the policies of a plugin. Comes before anyone has asked for a list that is to hold them.
void add_to_builtin(const Plugin& plugin);

}  // namespace headroom

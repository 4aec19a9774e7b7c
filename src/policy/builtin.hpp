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

/// Every policy that comes with Headroom, by kind.
std::span<const Kind<Router>> builtin_routers();
std::span<const Kind<BatchScheduler>> builtin_batch_schedulers();
/// Of instances whose steps are by units.
std::span<const Kind<BatchScheduler>> builtin_unit_schedulers();
std::span<const Kind<Planner>> builtin_planners();
std::span<const Kind<Controller>> builtin_controllers();
std::span<const Kind<Placement>> builtin_placements();
std::span<const Kind<Smoother>> builtin_smoothers();
std::span<const Kind<VmPlacement>> builtin_vm_placements();

}  // namespace headroom

#pragma once

#include <vector>

#include "scenario/fleet_plan.hpp"
#include "trace/classes.hpp"
#include "trace/request_source.hpp"

namespace headroom {

/// By class: the pool that serves its requests, the one that names it most particularly; none where none does.
[[nodiscard]] std::vector<std::size_t> pools_of_classes(const FleetPlan& plan, const ClassTable& classes);

/// Throws an InputError where a class of requests has no pool, or pools name requests that there are none of. Possible
/// only when the workload is open, since a trace names its types itself.
void check_pools(const Scenario& scenario, const ClassTable& classes);

/// Throws an InputError where requests bring images, and no service says what images are to it.
void check_images(const Scenario& scenario, const RequestSource& source);

}  // namespace headroom

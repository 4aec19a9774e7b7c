#pragma once

#include "jobs/vm_load.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// What GPUs of machines that serve are expected to draw before anybody has seen it, by step of the cycle: idle +
/// (serving_level_fraction x TDP - idle) x the rate of arrivals over its peak, as /workload/synthetic/rate_curve says
/// of the run; 1 where requests come otherwise.
[[nodiscard]] LoadSeries expected_of_serving(const Scenario& scenario, const VmLoad& load, const GpuRange& gpu);

}  // namespace headroom

#pragma once

#include <string>

#include "headroom/batch_scheduler.hpp"

namespace headroom {

/// Holds a plan against its contract before anything is applied; a PolicyError names the policy, the time, the
/// instance and the rule: indices exist and come in order, KV memory suffices, chunks fit their prompts, something
/// runs.
void check_plan(const StepPlan& plan, const InstanceView& view, KvBooking booking, const std::string& policy);

}  // namespace headroom

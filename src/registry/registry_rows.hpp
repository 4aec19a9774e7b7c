#pragma once

#include "config/json.hpp"
#include "registry/workflow_registry.hpp"

namespace headroom {

/// What a registry says of its day, as rows that each have a `part`: `choice` (the cheapest configuration of a tier),
/// `day` (a policy's cost, GPUs, energy and SLOs), `epoch` (GPUs by policy, the instances of the joint plan), `route`
/// (who is sent where in the epoch of most dollars).
[[nodiscard]] Json registry_rows(const WorkflowRegistry& registry);

}  // namespace headroom

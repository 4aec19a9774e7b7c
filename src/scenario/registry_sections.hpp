#pragma once

#include <string>

#include "config/document.hpp"
#include "registry/configuration_choice.hpp"

namespace headroom {

/// The service that a scenario with a registry has, and its pools: one for the static deployment, then one for each
/// operating point.
inline constexpr const char* kWorkflowService = "workflows";
inline constexpr const char* kBaselinePool = "baseline";
/// Both the pool of an operating point and its variant are called so.
[[nodiscard]] std::string pool_of_point(const ServingPoint& point);
/// The type of the requests of a workflow under one of its SLOs.
[[nodiscard]] std::string type_of_requests(const std::string& workflow, const WorkflowSlo& slo);

/// Of those that keep a bound on an operating point, the one with the fewest tokens; none where none does.
[[nodiscard]] const WorkflowConfiguration* configuration_on(const WorkflowRegistry& registry, const SloBound& bound,
                                                            std::size_t point);

/// Reads the registry of a scenario that has one, and puts what follows from it where the scenario says nothing else:
/// the service, the generated requests of each workflow, and their SLOs. Throws InputError where no configuration keeps
/// an SLO. `file` is what messages call the scenario.
void fill_from_registry(Document& scenario, const std::string& file);

}  // namespace headroom

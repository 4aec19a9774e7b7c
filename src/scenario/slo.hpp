#pragma once

#include <optional>

#include "scenario/scenario.hpp"
#include "trace/classes.hpp"

namespace headroom {

/// The most particular targets that the scenario gives for a class: by its name, its type, its priority, or for all.
[[nodiscard]] std::optional<SloTargets> targets_of(const Scenario& scenario, const ClassTable& classes, ClassId id);

/// Throws an InputError where /slo names neither a priority, a type or class of requests, nor `all`. Possible only when
/// the workload is open, since a trace names its types itself.
void check_slo(const Scenario& scenario, const ClassTable& classes);

}  // namespace headroom

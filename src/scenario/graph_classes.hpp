#pragma once

#include <cstdint>

#include "scenario/scenario.hpp"
#include "trace/classes.hpp"

namespace headroom {

/// Whether images of some service are encoded by a pool for that.
[[nodiscard]] bool encodes_in_pools(const Scenario& scenario);
/// Adds the classes of requests that are stages: of job graphs, what each does, at the priority of its stream; and
/// where pools encode images, `encode` at the priorities that requests have by then.
void add_stage_classes(const Scenario& scenario, ClassTable& classes);
/// Whether requests of a class are stages.
[[nodiscard]] bool is_stage(const Scenario& scenario, const ClassTable& classes, ClassId id);

/// Chains of reasoning that a question has, the least of all stages that have some; 0: none has.
[[nodiscard]] std::uint32_t fewest_chains(const Scenario& scenario);

}  // namespace headroom

#pragma once

#include <cstdint>
#include <string_view>

#include "scenario/scenario.hpp"
#include "trace/classes.hpp"

namespace headroom {

/// Whether images of some service are encoded by a pool for that.
[[nodiscard]] bool encodes_in_pools(const Scenario& scenario);
/// Adds the classes of requests that are stages: of job graphs, what each does, at the priority of its stream; and
/// where pools encode images, `encode` at the priorities that requests have by then.
void add_stage_classes(const Scenario& scenario, ClassTable& classes);
/// The classes of layers that are recomputed for stages of an operation: served where that is.
inline constexpr std::string_view kRecompute = "recompute_";
/// Whether a planner takes over KV caches of contexts from other models.
[[nodiscard]] bool reuses_kv(const Scenario& scenario);
/// Whether requests of a class are stages.
[[nodiscard]] bool is_stage(const Scenario& scenario, const ClassTable& classes, ClassId id);

/// Chains of reasoning that a question has, the least of all stages that have some; 0: none has.
[[nodiscard]] std::uint32_t fewest_chains(const Scenario& scenario);

}  // namespace headroom

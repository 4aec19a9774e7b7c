#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "registry/workflow_registry.hpp"

namespace headroom {

/// A configuration of a workflow on an operating point.
struct WorkflowOption {
  const WorkflowConfiguration* configuration = nullptr;
  const LlmPoint* point = nullptr;
  std::size_t point_number = 0;
};

/// Of one kind and tier of a workflow.
struct SloBound {
  const Workflow* workflow = nullptr;
  SloKind kind = SloKind::accuracy;
  SloTier tier = SloTier::good;
  [[nodiscard]] double value() const;
};

/// Time of a request of so many tokens, generated one after the other.
[[nodiscard]] Seconds request_time(const WorkflowRegistry& registry, const LlmPoint& point, double tokens);

/// Share of the requests that take no longer: their tokens are log-normal.
[[nodiscard]] double share_within(const WorkflowRegistry& registry, const WorkflowOption& option, double seconds);

/// What a request takes of an instance that is never idle: dollars, GPU hours or watt-hours, at the 90th percentile of
/// its tokens.
[[nodiscard]] double cost_of_request(const WorkflowRegistry& registry, const WorkflowOption& option,
                                     PlanObjective objective);

/// What an instance of a point takes in an hour.
[[nodiscard]] double cost_of_instance(const WorkflowRegistry& registry, const LlmPoint& point, PlanObjective objective);

/// All that keep a bound: by accuracy; or by the time of the median request, with the least accuracy.
[[nodiscard]] std::vector<WorkflowOption> keeping_options(const WorkflowRegistry& registry, const SloBound& bound);

/// The same. Throws InputError where none does, which names the closest.
[[nodiscard]] std::vector<WorkflowOption> options_of(const WorkflowRegistry& registry, const SloBound& bound);

/// The one whose requests cost least, and the first of equals; none where none keeps the bound.
[[nodiscard]] std::optional<WorkflowOption> best_option(const WorkflowRegistry& registry, const SloBound& bound);

/// What a workflow has in the static deployment.
[[nodiscard]] WorkflowOption baseline_option(const WorkflowRegistry& registry, const Workflow& workflow);

}  // namespace headroom

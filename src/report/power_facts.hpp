#pragma once

#include <span>

#include "report/decisions.hpp"
#include "report/power_series.hpp"

namespace headroom {

/// How tight a node is: its largest telemetry sample over its budget, or its peak where it has no telemetry.
struct NodeLoad {
  std::string node;
  double budget_w = 0;
  double load_fraction = 0;
  bool sampled = false;
  double above_budget_s = 0;
};

/// The nodes with a budget that a summary has, the tightest first.
[[nodiscard]] std::vector<NodeLoad> budgeted_nodes(const Json& summary);

/// Power over time for a page: charts of the nodes that have a budget or a rating, the tightest first, and of the site
/// where that is not one of them alone; a map of the nodes at the lowest level.
[[nodiscard]] Json power_facts(const RunOutput& run, const BinnedRecord& record, std::span<const RunEvent> events);

/// Only the means of the same nodes, to stand behind those of another run.
[[nodiscard]] Json base_power_facts(const RunOutput& run, const BinnedRecord& record);

}  // namespace headroom

#include "policy/dynamo/node_plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace headroom {
namespace {

unsigned nodes_in(const NodePlan& plan) {
  unsigned nodes = 0;
  for (const PoolNodes& pool : plan.pools) nodes += pool.nodes;
  return nodes;
}

unsigned missing(const NodePlan& plan, unsigned site_nodes) {
  return nodes_in(plan) - std::min(nodes_in(plan), site_nodes);
}

unsigned rounded_up(double load, double largest) {
  return largest > 0 ? static_cast<unsigned>(std::ceil(load / largest)) : 0;
}

/// With spill, when every node takes `overload` times its largest load.
NodePlan spilled(std::span<const double> peaks, std::span<const double> largest_loads, double overload) {
  NodePlan plan;
  double passed_on = 0;
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    const double load = peaks[i] + passed_on;
    const double largest = largest_loads[i] * overload;
    if (i + 1 == peaks.size()) {
      plan.pools.push_back({std::max(1U, rounded_up(load, largest)), load, 0});
    } else {
      const unsigned nodes = largest > 0 ? static_cast<unsigned>(load / largest) : 0;
      passed_on = std::max(0.0, load - nodes * largest);
      plan.pools.push_back({nodes, load, nodes > 0 ? passed_on / load : 1});
    }
  }
  return plan;
}

/// The plan of least overload, to a millionth, that the site has nodes for.
NodePlan squeezed(std::span<const double> peaks, std::span<const double> largest_loads, unsigned site_nodes) {
  double too_little = 1;
  double enough = 2;
  while (missing(spilled(peaks, largest_loads, enough), site_nodes) > 0) enough *= 2;
  while (enough - too_little > 1e-6 * enough) {
    const double middle = (too_little + enough) / 2;
    (missing(spilled(peaks, largest_loads, middle), site_nodes) > 0 ? too_little : enough) = middle;
  }
  return spilled(peaks, largest_loads, enough);
}

/// Of a site without nodes.
NodePlan without_nodes(std::span<const double> peaks, unsigned wanted) {
  NodePlan plan;
  for (const double peak : peaks) plan.pools.push_back({0, peak, 1});
  plan.pools.back().forwarded = 0;
  plan.short_of_servers = wanted;
  return plan;
}

}  // namespace

NodePlan plan_with_spill(std::span<const double> peaks, std::span<const double> largest_loads, unsigned site_nodes) {
  NodePlan plan = spilled(peaks, largest_loads, 1);
  const unsigned lacking = missing(plan, site_nodes);
  if (site_nodes == 0) return without_nodes(peaks, lacking);
  if (lacking > 0) plan = squeezed(peaks, largest_loads, site_nodes);
  plan.short_of_servers = lacking;
  return plan;
}

NodePlan plan_without_spill(std::span<const double> peaks, std::span<const double> largest_loads, unsigned site_nodes) {
  NodePlan plan;
  double passed_on = 0;  // by pools of which no node carries any load
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    const double load = peaks[i] + passed_on;
    const unsigned nodes = rounded_up(load, largest_loads[i]);
    plan.pools.push_back({nodes, load, nodes > 0 ? 0.0 : 1.0});
    passed_on = nodes > 0 ? 0.0 : load;
  }
  plan.pools.back().nodes = std::max(1U, plan.pools.back().nodes);
  plan.pools.back().forwarded = 0;
  const unsigned lacking = missing(plan, site_nodes);
  if (lacking > 0) plan = plan_with_spill(peaks, largest_loads, site_nodes);
  plan.short_of_servers = lacking;
  return plan;
}

}  // namespace headroom

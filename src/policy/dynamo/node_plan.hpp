#pragma once

#include <span>
#include <vector>

namespace headroom {

/// The nodes of one pool for the coming period.
struct PoolNodes {
  unsigned nodes = 0;
  double load = 0;       ///< its own peak and what earlier pools pass on, in input tokens per s
  double forwarded = 0;  ///< the fraction of its requests that go to the next larger pool; 1 without nodes
};

/// The nodes of every pool, and how many more were wanted than the site has.
struct NodePlan {
  std::vector<PoolNodes> pools;
  unsigned short_of_servers = 0;
};

/// floor(peak / largest load of a node) nodes for each pool, in order of size; the rest of its load goes to the next
/// larger pool. The last rounds up and has at least one node. Where the site's nodes do not suffice, each takes more
/// than its largest load, all by the same factor. A pool whose largest load is 0 has no nodes, which the last must not
/// be.
NodePlan plan_with_spill(std::span<const double> peaks, std::span<const double> largest_loads, unsigned site_nodes);

/// ceil(peak / largest load of a node) nodes for each pool, the last at least one; with spill where the site has not
/// that many. A site without nodes gets none.
NodePlan plan_without_spill(std::span<const double> peaks, std::span<const double> largest_loads, unsigned site_nodes);

}  // namespace headroom

#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "headroom/id.hpp"
#include "headroom/policy.hpp"

namespace headroom {

/// Whether a node of the power tree is the one of this path, or stands under it; all stand under `site`.
[[nodiscard]] inline bool is_at_or_under(std::string_view node, std::string_view path) {
  if (path == "site") return true;
  return node.starts_with(path) && (node.size() == path.size() || node[path.size()] == '/');
}

/// A server that serves, and has no pool yet.
struct OpenServer {
  ServerId id;
  std::string_view path;  ///< in the power tree, e.g. row0/rack3/server1
};

/// What a pool of its service has been given so far.
struct PoolShare {
  std::string_view name;
  double fraction = 1.0;    ///< of the service's servers that it is to have
  std::size_t servers = 0;  ///< that it has
  std::size_t of = 0;       ///< servers of the service
};

/// Says which pool each server of a service goes to, before a run begins.
class Placement : public Policy {
 public:
  /// Called once for each server, in their order; returns an index into `pools`, or the run ends with exit code 3.
  [[nodiscard]] virtual std::size_t pool_of(const OpenServer& server, std::span<const PoolShare> pools) = 0;
};

}  // namespace headroom

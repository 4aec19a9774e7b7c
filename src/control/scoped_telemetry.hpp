#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "headroom/controller.hpp"

namespace headroom {

/// What a controller with a scope sees of the samples: some of the nodes, and some of their servers.
class ScopedTelemetry {
 public:
  /// `seen` as it stands before any sample; its nodes are these of all.
  ScopedTelemetry(SiteTelemetry seen, std::vector<std::size_t> nodes)
      : seen_(std::move(seen)), nodes_(std::move(nodes)) {}

  /// As all stand now.
  const SiteTelemetry& of(const SiteTelemetry& all, const FleetView& fleet) {
    seen_.now = all.now;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const NodeTelemetry& newest = all.nodes[nodes_[i]];
      seen_.nodes[i].budget = newest.budget;
      seen_.nodes[i].power = newest.power;
      seen_.nodes[i].taken_at = newest.taken_at;
      seen_.nodes[i].delivered = newest.delivered;
      for (ServerInfo& server : seen_.nodes[i].servers) server.priority = fleet.server(server.id).priority;
    }
    return seen_;
  }

 private:
  SiteTelemetry seen_;
  std::vector<std::size_t> nodes_;
};

}  // namespace headroom

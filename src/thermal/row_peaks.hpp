#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "facility/site.hpp"
#include "fleet/fleet.hpp"
#include "fleet/node_watch.hpp"
#include "metrics/node_result.hpp"

namespace headroom {

/// The largest mean power of each row over windows that follow each other.
class RowPeaks {
 public:
  /// Site and fleet outlive this; `rows` are followed from now on.
  RowPeaks(std::span<const NodeId> rows, const Site& site, const Fleet& fleet, NodeWatch& nodes);

  /// A window ends now, and the next begins.
  void close(Seconds now);
  /// Writes what there is of metered nodes into their results; returns the largest of all, none before a window ended.
  std::optional<double> note(std::vector<NodeResult>& results) const;

 private:
  struct Row {
    NodeId node;
    Power capacity{};  ///< its budget, or its rating, or what its servers are rated for
    Energy at_start{};
    std::optional<double> peak{};  ///< over capacity
  };

  const Site& site_;
  std::vector<Row> rows_;
  Seconds since_{};
};

}  // namespace headroom

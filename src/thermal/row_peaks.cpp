#include "thermal/row_peaks.hpp"

#include "fleet/node_capacity.hpp"

namespace headroom {

RowPeaks::RowPeaks(std::span<const NodeId> rows, const Site& site, const Fleet& fleet, NodeWatch& nodes) : site_(site) {
  for (const NodeId row : rows) {
    nodes.follow(row);
    rows_.push_back({row, node_capacity(*std::ranges::find(site.nodes(), row, &SiteNode::id), fleet)});
  }
}

void RowPeaks::close(Seconds now) {
  for (Row& row : rows_) {
    const Energy energy = site_.tree().energy(row.node, now);
    const Power mean = (energy - row.at_start) / (now - since_);
    row.peak = std::max(row.peak.value_or(0.0), mean / row.capacity);
    row.at_start = energy;
  }
  since_ = now;
}

std::optional<double> RowPeaks::note(std::vector<NodeResult>& results) const {
  std::optional<double> highest;
  for (const Row& row : rows_) {
    highest = std::max(highest, row.peak);
    const auto result = std::ranges::find(results, site_.tree().path(row.node), &NodeResult::path);
    if (result != results.end()) result->max_5min_fraction = row.peak;
  }
  return highest;
}

}  // namespace headroom

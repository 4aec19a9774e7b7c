#include "thermal/row_peaks.hpp"

namespace headroom {
namespace {

Power capacity_of(const SiteNode& node, const Fleet& fleet) {
  if (node.level && node.level->budget) return *node.level->budget;
  if (node.level && node.level->rating) return *node.level->rating;
  Power rated;
  for (std::size_t i = node.first_server; i < node.first_server + node.servers; ++i)
    rated += fleet.hardware_of(ServerId(i)).server.rated;
  return rated;
}

}  // namespace

RowPeaks::RowPeaks(std::span<const NodeId> rows, const Site& site, const Fleet& fleet, NodeWatch& nodes) : site_(site) {
  for (const NodeId row : rows) {
    nodes.follow(row);
    rows_.push_back({row, capacity_of(*std::ranges::find(site.nodes(), row, &SiteNode::id), fleet)});
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

void RowPeaks::note(std::vector<NodeResult>& results) const {
  std::optional<double> highest;
  for (const Row& row : rows_) {
    highest = std::max(highest, row.peak);
    const auto result = std::ranges::find(results, site_.tree().path(row.node), &NodeResult::path);
    if (result != results.end()) result->max_5min_fraction = row.peak;
  }
  const auto all = std::ranges::find(results, "site", &NodeResult::path);
  if (all != results.end()) all->max_row_5min_fraction = highest;
}

}  // namespace headroom

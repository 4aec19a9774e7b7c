#include "fleet/node_watch.hpp"

#include <algorithm>

namespace headroom {
namespace {

std::string level_of(const SiteNode& node) {
  return node.level ? node.level->name : "site";
}

}  // namespace

bool is_at_level(const SiteNode& node, const std::vector<std::string>& levels) {
  return std::ranges::find(levels, level_of(node)) != levels.end();
}

NodeWatch::NodeWatch(const Scenario& scenario, const Site& site, EventQueue& queue)
    : site_(site), queue_(queue), protection_(site, queue), followers_(site.tree().size()) {
  build_meters(scenario.output.power);
  if (scenario.grid) build_recorders(scenario);
  for (std::size_t i = 0; i < site.tree().size(); ++i) {
    followers_[i].device = protection_.watches(NodeId(i));
    if (followers_[i].device) follow(NodeId(i));
  }
}

void NodeWatch::build_meters(const PowerOutputConfig& output) {
  const PowerTree& tree = site_.tree();
  const auto wanted = [&](const std::string& path, const std::string& level) {
    if (output.nodes.empty()) return level != "server";
    return std::ranges::any_of(output.nodes, [&](const auto& name) { return name == path || name == level; });
  };
  const auto add = [&](NodeId id, const std::string& level, const LevelConfig& of) {
    if (!wanted(tree.path(id), level)) return;
    followers_[id.index()].result = static_cast<std::uint32_t>(results_.size());
    follow(id);
    results_.push_back({tree.path(id),
                        of.budget,
                        Meter(of.budget, output.bin.value_or(BinnedSeries::kFirstBin), output.bin.has_value()),
                        {}});
    results_.back().rating = of.rating;
  };
  const LevelConfig none;
  for (const SiteNode& node : site_.nodes()) add(node.id, level_of(node), node.level ? *node.level : none);
  for (std::size_t i = 0; i < site_.servers(); ++i) add(site_.server(i), "server", none);
}

void NodeWatch::build_recorders(const Scenario& scenario) {
  const auto& wanted = scenario.grid->nodes;
  for (const SiteNode& node : site_.nodes()) {
    const bool is_named = std::ranges::find(wanted, site_.tree().path(node.id)) != wanted.end();
    if (!is_named && !is_at_level(node, wanted)) continue;
    followers_[node.id.index()].recorder = static_cast<std::uint32_t>(recorders_.size());
    follow(node.id);
    recorders_.emplace_back(scenario.grid->sample, recording_start(scenario));
    recorded_.push_back(node.id);
  }
}

std::vector<GridNode> NodeWatch::recorded() {
  std::vector<GridNode> nodes;
  for (std::size_t i = 0; i < recorders_.size(); ++i) {
    recorders_[i].settle(queue_.now());
    nodes.push_back({site_.tree().path(recorded_[i]), recorders_[i].trace()});
  }
  return nodes;
}

std::vector<NodeResult> NodeWatch::measured() {
  for (auto& result : results_) result.meter.settle(queue_.now());
  return std::move(results_);
}

}  // namespace headroom

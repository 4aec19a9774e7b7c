// What a run measures, and what it shows to controllers.
#include <algorithm>

#include "engine/simulation.hpp"

namespace headroom {
namespace {

constexpr Seconds kFirstBin(2.0);

bool is_at_level(const SiteNode& node, const std::vector<std::string>& levels) {
  const std::string name = node.level ? node.level->name : "site";
  return std::ranges::find(levels, name) != levels.end();
}

}  // namespace

void Simulation::build_meters() {
  const auto& output = scenario_.output.power;
  const PowerTree& tree = site_.tree();
  result_of_.assign(tree.size(), kNone);
  const auto wanted = [&](const std::string& path, const std::string& level) {
    if (output.nodes.empty()) return level != "server";
    return std::ranges::any_of(output.nodes, [&](const auto& name) { return name == path || name == level; });
  };
  const auto add = [&](NodeId id, const std::string& level, std::optional<Power> budget) {
    if (!wanted(tree.path(id), level)) return;
    result_of_[id.index()] = static_cast<std::uint32_t>(results_.size());
    results_.push_back(
        {tree.path(id), budget, Meter(budget, output.bin.value_or(kFirstBin), output.bin.has_value()), {}});
  };
  for (const SiteNode& node : site_.nodes())
    add(node.id, node.level ? node.level->name : "site", node.level ? node.level->budget : std::nullopt);
  for (std::size_t i = 0; i < site_.servers(); ++i) add(site_.server(i), "server", std::nullopt);
}

void Simulation::build_telemetry() {
  view_.window = scenario_.telemetry.window;
  view_.clock_lock_delay = scenario_.actuation.clock_lock;
  view_.power_cap_delay = scenario_.actuation.power_cap;
  view_.power_brake_delay = scenario_.actuation.power_brake;
  for (const SiteNode& node : site_.nodes()) {
    if (!is_at_level(node, scenario_.telemetry.levels) || !node.level || !node.level->budget) continue;
    NodeTelemetry telemetry;
    telemetry.id = node.id;
    telemetry.name = site_.tree().path(node.id);
    telemetry.budget = *node.level->budget;
    for (std::size_t i = node.first_server; i < node.first_server + node.servers; ++i)
      telemetry.servers.push_back({ServerId(i), cluster_.servers()[i].priority, scenario_.hardware.gpu.max_clock});
    view_.nodes.push_back(std::move(telemetry));
    telemetry_result_.push_back(result_of_[node.id.index()]);
  }
}

void Simulation::build_recorders() {
  recorder_of_.assign(site_.tree().size(), kNone);
  if (!scenario_.grid) return;
  const auto& wanted = scenario_.grid->nodes;
  for (const SiteNode& node : site_.nodes()) {
    const bool is_named = std::ranges::find(wanted, site_.tree().path(node.id)) != wanted.end();
    if (!is_named && !is_at_level(node, wanted)) continue;
    recorder_of_[node.id.index()] = static_cast<std::uint32_t>(recorders_.size());
    recorders_.emplace_back(scenario_.grid->sample, recording_start(scenario_));
    recorded_.push_back(node.id);
  }
}

/// Whether a node's power goes anywhere: into a meter, a recorder, telemetry, or a protection device.
bool Simulation::is_followed(NodeId node) const {
  return result_of_[node.index()] != kNone || recorder_of_[node.index()] != kNone || protection_.watches(node) ||
         std::ranges::any_of(view_.nodes, [node](const NodeTelemetry& telemetry) { return telemetry.id == node; });
}

}  // namespace headroom

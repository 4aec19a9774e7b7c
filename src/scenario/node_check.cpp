#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "scenario/section_check.hpp"

namespace headroom {
namespace {

/// The least that a node's servers draw: their hosts, and GPUs that wait with a model loaded.
Power idle_power(const HardwareConfig& hardware, std::size_t servers) {
  const double gpus = hardware.server.gpus;
  return ServerPower(hardware.server, hardware.gpu.tdp).inlet(hardware.gpu_power.idle_loaded * gpus) *
         static_cast<double>(servers);
}

void check_budgets(const Scenario& scenario, const Site& site, const Scope& scope) {
  for (std::size_t i = 0; i < scenario.site.levels.size(); ++i) {
    const LevelConfig& level = scenario.site.levels[i];
    if (!level.budget) continue;
    const auto first = std::ranges::find(site.nodes(), &site.config().levels[i], &SiteNode::level);
    if (first == site.nodes().end()) continue;
    const Power idle = idle_power(scenario.hardware, first->servers);
    if (*level.budget < idle)
      scope.at(i)
          .at("budget_w")
          .problem("is below the idle power of its " + std::to_string(first->servers) + " servers (" +
                   shortest(std::round(idle.value())) + " W)");
  }
}

std::vector<std::string> names_of_levels(const SiteConfig& site) {
  std::vector<std::string> names;
  for (const auto& level : site.levels) names.push_back(level.name);
  return names;
}

void check_output_nodes(const Scenario& scenario, const Site& site, const Scope& scope) {
  std::vector<std::string> known = names_of_levels(scenario.site);
  known.insert(known.begin(), "server");
  for (std::size_t i = 0; i < site.tree().size(); ++i) known.push_back(site.tree().path(NodeId(i)));
  const auto& nodes = scenario.output.power.nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (std::ranges::find(known, nodes[i]) == known.end())
      scope.at(i).problem("the site has no node \"" + nodes[i] + "\"" + did_you_mean(nodes[i], known));
}

void check_grid_nodes(const Scenario& scenario, const Site& site, const Scope& scope) {
  std::vector<std::string> known = names_of_levels(scenario.site);
  for (const SiteNode& node : site.nodes()) known.push_back(site.tree().path(node.id));
  std::set<std::string> named;
  const auto& nodes = scenario.grid->nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (std::ranges::find(known, nodes[i]) == known.end())
      scope.at(i).problem("the site has no such node above its servers" + did_you_mean(nodes[i], known));
    else if (!named.insert(nodes[i]).second) scope.at(i).problem("is named twice");
}

void check_watched_node(const Backstop& backstop, const Site& site, const Scope& scope) {
  const auto is_it = [&](const SiteNode& node) { return site.tree().path(node.id) == backstop.node(); };
  if (backstop.enabled() && std::ranges::none_of(site.nodes(), is_it))
    scope.problem("the site has no such node above its servers");
}

}  // namespace

void check_nodes(const Scenario& scenario, const Scope& root) {
  const Site site(scenario.site);
  if (root.at("hardware").at("server").sound()) check_budgets(scenario, site, root.at("site").at("levels"));
  check_output_nodes(scenario, site, root.at("output").at("power").at("nodes"));
  if (scenario.grid) check_grid_nodes(scenario, site, root.at("grid").at("nodes"));
  check_watched_node(scenario.backstop, site, root.at("backstop").at("node"));
}

}  // namespace headroom

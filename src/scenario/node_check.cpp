#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "headroom/placement.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/section_check.hpp"

namespace headroom {
namespace {

/// The least that a server draws: its host, and GPUs that wait with a model loaded.
Power idle_power(const HardwareConfig& hardware) {
  const double gpus = hardware.server.gpus;
  return ServerPower(hardware.server, hardware.gpu.tdp).inlet(hardware.gpu_power.idle_loaded * gpus);
}

/// The least that the servers of a node draw.
Power idle_power(const Scenario& scenario, const FleetPlan& plan, const SiteNode& node) {
  Power sum;
  if (scenario.server_types.empty()) return idle_power(scenario.hardware) * static_cast<double>(node.servers);
  const auto types = scenario.types();
  for (std::size_t i = node.first_server; i < node.first_server + node.servers; ++i)
    sum += idle_power(*types[plan.type_of_server[i].index()]);
  return sum;
}

void check_budgets(const Scenario& scenario, const Site& site, const Scope& scope) {
  const FleetPlan plan = plan_fleet(scenario);
  for (std::size_t i = 0; i < scenario.site.levels.size(); ++i) {
    const LevelConfig& level = scenario.site.levels[i];
    if (!level.budget) continue;
    const auto first = std::ranges::find(site.nodes(), &site.config().levels[i], &SiteNode::level);
    if (first == site.nodes().end()) continue;
    const Power idle = idle_power(scenario, plan, *first);
    if (*level.budget < idle)
      scope.at(i)
          .at("budget_w")
          .problem("is below the idle power of its " + std::to_string(first->servers) + " servers (" +
                   shortest(std::round(idle.value())) + " W)");
  }
}

/// What an incident leaves of budgets covers what their servers draw whatever is done.
void check_power_limits(const Scenario& scenario, const Site& site, const Scope& scope) {
  const FleetPlan plan = plan_fleet(scenario);
  for (std::size_t i = 0; i < scenario.incidents.power_limits.size(); ++i) {
    const auto& [nodes, limit] = scenario.incidents.power_limits[i];
    bool has_budget = false;
    for (const SiteNode& node : site.nodes()) {
      const std::string& path = site.tree().path(node.id);
      if (!node.level || !node.level->budget) continue;
      if (std::ranges::none_of(nodes, [&](const auto& named) { return is_at_or_under(path, named); })) continue;
      has_budget = true;
      const Power idle = idle_power(scenario, plan, node);
      if (*node.level->budget * limit.fraction >= idle) continue;
      scope.at(i)
          .at("limit_fraction")
          .problem("leaves " + path + " less than the idle power of its " + std::to_string(node.servers) +
                   " servers (" + shortest(std::round(idle.value())) + " W)");
      break;
    }
    if (!has_budget) scope.at(i).at("nodes").problem("hold no node with a budget, /site/levels");
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

/// Nodes that somebody names by path.
void check_paths(const std::vector<std::string>& nodes, const Site& site, const Scope& scope) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < site.tree().size(); ++i) known.push_back(site.tree().path(NodeId(i)));
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (std::ranges::find(known, nodes[i]) == known.end())
      scope.at(i).problem("the site has no node \"" + nodes[i] + "\"" + did_you_mean(nodes[i], known));
}

void check_named_paths(const Scenario& scenario, const Site& site, const Scope& root) {
  for (const auto& service : scenario.all_services())
    check_paths(service.config->nodes, site, service.at(root).at("nodes"));
  for (std::size_t i = 0; i < scenario.workload.tenants.size(); ++i)
    check_paths(scenario.workload.tenants[i].nodes, site, root.at("workload").at("tenants").at(i).at("nodes"));
  const auto& evictions = scenario.incidents.evictions;
  for (std::size_t i = 0; i < evictions.size(); ++i)
    check_paths(evictions[i].nodes, site, root.at("incidents").at("evictions").at(i).at("nodes"));
  const auto& limits = scenario.incidents.power_limits;
  for (std::size_t i = 0; i < limits.size(); ++i)
    check_paths(limits[i].nodes, site, root.at("incidents").at("power_limits").at(i).at("nodes"));
}

}  // namespace

void check_nodes(const Scenario& scenario, const Scope& root) {
  const Site site(scenario.site);
  const bool types_are_sound = root.at("hardware").sound() && root.at("server_types").sound();
  if (types_are_sound) check_budgets(scenario, site, root.at("site").at("levels"));
  check_output_nodes(scenario, site, root.at("output").at("power").at("nodes"));
  if (scenario.grid) check_grid_nodes(scenario, site, root.at("grid").at("nodes"));
  check_named_paths(scenario, site, root);
  if (const Scope limits = root.at("incidents").at("power_limits"); limits.sound() && types_are_sound)
    check_power_limits(scenario, site, limits);
}

}  // namespace headroom

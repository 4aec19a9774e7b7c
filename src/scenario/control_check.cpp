#include "scenario/control_check.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "facility/supported_clocks.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/graph_classes.hpp"
#include "scenario/reuse_check.hpp"

namespace headroom {
namespace {

/// Checks the levels that are sampled; returns those of them that have nodes with a budget.
std::vector<std::string> check_levels(const Scenario& scenario, const Scope& scope) {
  const auto& chosen = scenario.telemetry.levels;
  const bool by_default = chosen == TelemetryConfig().levels;
  std::vector<std::string> names;
  for (const auto& level : scenario.site.levels) names.push_back(level.name);
  std::vector<std::string> sampled;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Scope here = scope.at(i);
    const auto level = std::ranges::find(scenario.site.levels, chosen[i], &LevelConfig::name);
    const bool exists = level != scenario.site.levels.end();
    const bool repeated = std::find(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(i), chosen[i]) !=
                          chosen.begin() + static_cast<std::ptrdiff_t>(i);
    if (by_default && !exists) continue;
    if (!exists && chosen[i] != "site")
      here.problem("the site has no level \"" + chosen[i] + "\"" + did_you_mean(chosen[i], names));
    else if (repeated) here.problem("\"" + chosen[i] + "\" is given twice");
    else if (exists && level->budget) sampled.push_back(chosen[i]);
    else if (!by_default) here.problem("\"" + chosen[i] + "\" has no budget, so it is not sampled");
  }
  return sampled;
}

void check_name_in(const std::string& name, const std::vector<std::string>& known, const std::string& problem,
                   const Scope& scope) {
  if (std::ranges::find(known, name) == known.end())
    scope.problem(problem + " \"" + name + "\"" + did_you_mean(name, known));
}

std::vector<std::string> names_of_pools(const FleetPlan& plan, const Reach& reach) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < plan.pools.size(); ++i)
    if (reach.holds(PoolId(i))) names.push_back(plan.pools[i].name);
  return names;
}

/// Checks the scope of a controller against what there is.
void check_scope(const ControllerScope& scope, const Scenario& scenario, const FleetPlan& plan,
                 const std::vector<std::string>& sampled, const Scope& here) {
  if (!scope.level.empty())
    check_name_in(scope.level, sampled, "there is no level with telemetry and a budget", here.at("level"));
  std::vector<std::string> services;
  for (const auto& [name, unused] : scenario.services) services.push_back(name);
  for (std::size_t i = 0; i < scope.services.size(); ++i)
    check_name_in(scope.services[i], services, "there is no service", here.at("services").at(i));
  const auto pools = names_of_pools(plan, {});
  for (std::size_t i = 0; i < scope.pools.size(); ++i)
    check_name_in(scope.pools[i], pools, "there is no pool", here.at("pools").at(i));
}

void check_what_is_followed(const Scenario& scenario, const std::vector<std::string>& sampled, const Scope& here) {
  const auto& controllers = scenario.policy.controllers;
  const auto follows_power = [](const ControllerConfig& c) { return c.value->follows_power(); };
  if (!std::ranges::any_of(controllers, follows_power)) return;
  if (sampled.empty()) here.problem("act on nodes with telemetry and a budget, but the site has none");
  for (std::size_t i = 0; i < controllers.size() && sampled.size() > 1; ++i)
    if (follows_power(controllers[i]) && (!controllers[i].scope || controllers[i].scope->level.empty()))
      here.at(i).at("scope").at("level").problem(
          "missing: " + join(sampled, " and ") +
          " have telemetry and a budget, and a controller that acted on both would undo its own commands");
}

/// Two controllers that lock clocks undo each other's locks at the servers that both see.
void check_locks(const Scenario& scenario, const FleetPlan& plan, const std::vector<Reach>& reaches,
                 const Scope& here) {
  const auto& controllers = scenario.policy.controllers;
  for (std::size_t i = 0; i < controllers.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      if (!controllers[i].value->locks_clocks() || !controllers[j].value->locks_clocks()) continue;
      for (std::size_t server = 0; server < plan.pool_of_server.size(); ++server) {
        if (!is_seen(server, reaches[i], plan) || !is_seen(server, reaches[j], plan)) continue;
        const Site site(scenario.site);
        return here.problem("only one may lock clocks of " + site.tree().path(site.server(server)) + ": " +
                            controllers[j].kind + " (" + std::to_string(j) + ") and " + controllers[i].kind + " (" +
                            std::to_string(i) + ") would undo each other's locks");
      }
    }
}

/// Two of a kind that decides alone would do and undo in the pools that both act on.
void check_alone(const Scenario& scenario, const FleetPlan& plan, const std::vector<Reach>& reaches,
                 const Scope& here) {
  const auto& controllers = scenario.policy.controllers;
  for (std::size_t i = 0; i < controllers.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      if (!controllers[i].value->decides_alone() || controllers[i].kind != controllers[j].kind) continue;
      for (std::size_t pool = 0; pool < plan.pools.size(); ++pool)
        if (reaches[i].holds(PoolId(pool)) && reaches[j].holds(PoolId(pool)))
          return here.at(i).problem("another " + controllers[i].kind + " (" + std::to_string(j) +
                                    ") decides for the pool " + plan.pools[pool].name + " already");
    }
}

void check_controllers(const Scenario& scenario, const FleetPlan& plan, const std::vector<std::string>& sampled,
                       const Scope& here) {
  std::vector<Reach> reaches;
  for (std::size_t i = 0; i < scenario.policy.controllers.size(); ++i) {
    const auto& scope = scenario.policy.controllers[i].scope;
    reaches.push_back(reach_of(scope, scenario, plan));
    if (!scope) continue;
    check_scope(*scope, scenario, plan, sampled, here.at(i).at("scope"));
    if (scenario.policy.controllers[i].value->needs_whole_nodes() && !(scope->pools.empty() && scope->services.empty()))
      here.at(i).at("scope").problem("may name a level alone: " + scenario.policy.controllers[i].kind +
                                     " divides what nodes may draw among all their servers");
  }
  check_what_is_followed(scenario, sampled, here);
  check_locks(scenario, plan, reaches, here);
  check_alone(scenario, plan, reaches, here);
}

std::size_t low_priority_servers(const FleetPlan& plan) {
  std::size_t servers = 0;
  for (const auto& pool : plan.pools)
    if (!pool.serves_high()) servers += pool.servers;
  return servers;
}

/// Of a policy, on every server type: what does not suit one of them is said once.
void check_on_types(const Policy& policy, const Scenario& scenario, PolicyContext context, const Scope& scope) {
  for (const HardwareConfig* type : scenario.types()) {
    const auto clocks = supported_clocks(type->gpu);
    context.gpu_tdp = type->gpu.tdp;
    context.clocks = clocks;
    policy.check_in(context, scope);
    if (!scope.sound()) return;
  }
}

/// Somebody must choose the configuration of a job.
void check_catalogues(const Scenario& scenario, const Scope& root) {
  const PolicyConfig& policy = scenario.policy;
  const auto chooses = [](const auto& planner) { return planner.value->chooses_configurations(); };
  if (chooses(policy.planner) || std::ranges::any_of(policy.planners, chooses)) return;
  for (std::size_t i = 0; i < scenario.workload.graphs.size(); ++i)
    if (scenario.workload.graphs[i].is_chosen_by_job())
      root.at("workload")
          .at("graphs")
          .at(i)
          .at("configuration")
          .problem("missing: the template has a catalogue, and no planner chooses from it (per_query)");
}

void check_policies(const Scenario& scenario, const FleetPlan& plan, const Scope& root) {
  const Scope scope = root.at("policy");
  const PolicyConfig& policy = scenario.policy;
  const auto pools = names_of_pools(plan, {});
  std::vector<std::string> variants, nodes;
  const Site site(scenario.site);
  for (const SiteNode& node : site.nodes()) nodes.push_back(site.tree().path(node.id));
  for (const auto& service : scenario.all_services())
    for (const auto& [name, unused] : service.config->variants) variants.push_back(name);
  PolicyContext context{{},
                        {},
                        low_priority_servers(plan),
                        pools,
                        variants,
                        nodes,
                        scenario.foresight ? scenario.foresight->lead : Seconds(),
                        scenario.workload.vms.has_value(),
                        scenario.registry.has_value(),
                        fewest_chains(scenario),
                        std::ranges::any_of(scenario.workload.graphs, &GraphStreamConfig::is_chosen_by_job)};
  if (policy.router.value->hands_over() && !scenario.network)
    scope.at("router").problem("hands requests over from one instance to another, which needs a /network");
  check_on_types(*policy.router.value, scenario, context, scope.at("router"));
  check_on_types(*policy.batching.value, scenario, context, scope.at("batching"));
  check_on_types(*policy.placement.value, scenario, context, scope.at("placement"));
  check_on_types(*policy.planner.value, scenario, context, scope.at("planner"));
  for (std::size_t i = 0; i < policy.planners.size(); ++i)
    check_on_types(*policy.planners[i].value, scenario, context, scope.at("planners").at(i));
  check_catalogues(scenario, root);
  for (std::size_t i = 0; i < policy.controllers.size(); ++i) {
    const auto within = names_of_pools(plan, reach_of(policy.controllers[i].scope, scenario, plan));
    context.pools = within;
    check_on_types(*policy.controllers[i].value, scenario, context, scope.at("controllers").at(i));
  }
  if (scenario.backstop.enabled)
    check_on_types(*scenario.backstop.controller.value, scenario, context, root.at("backstop"));
}

}  // namespace

void check_control(const Scenario& scenario, const Scope& root) {
  const FleetPlan plan = plan_fleet(scenario);
  check_controllers(scenario, plan, check_levels(scenario, root.at("telemetry").at("levels")),
                    root.at("policy").at("controllers"));
  check_policies(scenario, plan, root);
  check_reuse(scenario, root);
}

}  // namespace headroom

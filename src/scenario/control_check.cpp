#include "scenario/control_check.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "facility/supported_clocks.hpp"
#include "scenario/fleet_plan.hpp"

namespace headroom {
namespace {

bool follows_power(const ControllerConfig& controller) {
  return controller.value->follows_power();
}

/// Checks the levels that are sampled; returns how many of them have nodes with a budget.
std::size_t check_levels(const Scenario& scenario, const Scope& scope) {
  const auto& chosen = scenario.telemetry.levels;
  const bool by_default = chosen == TelemetryConfig().levels;
  std::vector<std::string> names;
  for (const auto& level : scenario.site.levels) names.push_back(level.name);
  std::size_t sampled = 0;
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
    else if (exists && level->budget) ++sampled;
    else if (!by_default) here.problem("\"" + chosen[i] + "\" has no budget, so it is not sampled");
  }
  return sampled;
}

void check_controllers(const Scenario& scenario, std::size_t sampled, const Scope& root) {
  const auto& controllers = scenario.policy.controllers;
  const Scope here = root.at("policy").at("controllers");
  if (!std::ranges::any_of(controllers, follows_power)) return;
  if (sampled == 0) here.problem("act on nodes with telemetry and a budget, but the site has none");
  if (sampled > 1)
    root.at("telemetry")
        .at("levels")
        .problem(
            "only one level may have telemetry and a budget where a controller acts: for the nodes of one level and "
            "those above them it would undo its own commands");
  const auto locks = [](const ControllerConfig& c) { return c.value->locks_clocks(); };
  if (std::ranges::count_if(controllers, locks) > 1)
    here.problem("only one may lock clocks: two would undo each other's locks");
}

std::size_t low_priority_servers(const Scenario& scenario) {
  const FleetPlan plan = plan_fleet(scenario);
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

void check_policies(const Scenario& scenario, const Scope& scope) {
  const PolicyConfig& policy = scenario.policy;
  std::vector<std::string> pools, variants;
  for (const auto& pool : plan_fleet(scenario).pools) pools.push_back(pool.name);
  for (const auto& service : scenario.all_services())
    for (const auto& [name, unused] : service.config->variants) variants.push_back(name);
  const PolicyContext context{{}, {}, low_priority_servers(scenario), pools, variants};
  if (policy.router.value->hands_over() && !scenario.network)
    scope.at("router").problem("hands requests over from one instance to another, which needs a /network");
  check_on_types(*policy.router.value, scenario, context, scope.at("router"));
  check_on_types(*policy.batching.value, scenario, context, scope.at("batching"));
  check_on_types(*policy.placement.value, scenario, context, scope.at("placement"));
  for (std::size_t i = 0; i < policy.controllers.size(); ++i)
    check_on_types(*policy.controllers[i].value, scenario, context, scope.at("controllers").at(i));
}

}  // namespace

void check_control(const Scenario& scenario, const Scope& root) {
  check_controllers(scenario, check_levels(scenario, root.at("telemetry").at("levels")), root);
  check_policies(scenario, root.at("policy"));
}

}  // namespace headroom

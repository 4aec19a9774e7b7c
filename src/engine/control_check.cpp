#include "engine/control_check.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "engine/pools.hpp"
#include "facility/supported_clocks.hpp"

namespace headroom {
namespace {

using Problems = std::vector<Problem>;

bool acts(const ControllerConfig& controller) {
  return controller.kind != "none";
}

/// Checks the levels that are sampled; returns how many of them have nodes with a budget.
std::size_t check_levels(const Scenario& scenario, Problems& problems) {
  const auto& chosen = scenario.telemetry.levels;
  const bool by_default = chosen == TelemetryConfig().levels;
  std::vector<std::string> names;
  for (const auto& level : scenario.site.levels) names.push_back(level.name);
  std::size_t sampled = 0;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const std::string pointer = "/telemetry/levels/" + std::to_string(i);
    const auto level = std::ranges::find(scenario.site.levels, chosen[i], &LevelConfig::name);
    const bool exists = level != scenario.site.levels.end();
    const bool repeated = std::find(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(i), chosen[i]) !=
                          chosen.begin() + static_cast<std::ptrdiff_t>(i);
    if (by_default && !exists) continue;
    if (!exists && chosen[i] != "site")
      problems.push_back({pointer, "the site has no level \"" + chosen[i] + "\"" + did_you_mean(chosen[i], names)});
    else if (repeated) problems.push_back({pointer, "\"" + chosen[i] + "\" is given twice"});
    else if (exists && level->budget) ++sampled;
    else if (!by_default) problems.push_back({pointer, "\"" + chosen[i] + "\" has no budget, so it is not sampled"});
  }
  return sampled;
}

void check_telemetry_times(const TelemetryConfig& telemetry, Problems& problems) {
  if (telemetry.window / telemetry.period > 1e4)
    problems.push_back(
        {"/telemetry/window_s", "must be at most 10,000 periods of " + shortest(telemetry.period.value()) + " s"});
  if (telemetry.delay / telemetry.period > 1e6)
    problems.push_back(
        {"/telemetry/delay_s", "must be at most 1,000,000 periods of " + shortest(telemetry.period.value()) + " s"});
}

void check_controllers(const Scenario& scenario, std::size_t sampled, Problems& problems) {
  const auto& controllers = scenario.policy.controllers;
  if (!std::ranges::any_of(controllers, acts)) return;
  if (sampled == 0)
    problems.push_back({"/policy/controllers", "act on nodes with telemetry and a budget, but the site has none"});
  if (sampled > 1)
    problems.push_back({"/telemetry/levels",
                        "only one level may have telemetry and a budget where a controller acts: for the nodes of one "
                        "level and those above them it would undo its own commands"});
  const auto locks = [](const ControllerConfig& c) { return c.value->locks_clocks(); };
  if (std::ranges::count_if(controllers, locks) > 1)
    problems.push_back({"/policy/controllers", "only one may lock clocks: two would undo each other's locks"});
}

/// Servers of pools that serve low priority only.
std::size_t low_priority_servers(const Scenario& scenario) {
  if (!scenario.serving || scenario.serving->pools.empty()) return 0;
  const auto& pools = scenario.serving->pools;
  std::size_t servers = 0;
  for (const std::size_t pool : pool_of_servers(pool_fractions(*scenario.serving), serving_servers(scenario)))
    if (std::ranges::find(pools[pool].serves, Priority::high) == pools[pool].serves.end()) ++servers;
  return servers;
}

void check_policies(const Scenario& scenario, Problems& problems) {
  const PolicyConfig& policy = scenario.policy;
  const auto clocks = supported_clocks(scenario.hardware.gpu);
  const PolicyContext context{scenario.hardware.gpu.tdp, clocks, low_priority_servers(scenario)};
  std::vector<PolicyProblem> found;
  policy.router.value->check(context, "/policy/router", found);
  policy.batching.value->check(context, "/policy/batching", found);
  for (std::size_t i = 0; i < policy.controllers.size(); ++i)
    policy.controllers[i].value->check(context, "/policy/controllers/" + std::to_string(i), found);
  for (auto& [where, what] : found) problems.push_back({std::move(where), std::move(what)});
}

}  // namespace

std::vector<double> pool_fractions(const ServingConfig& serving) {
  std::vector<double> fractions;
  for (const PoolConfig& pool : serving.pools) fractions.push_back(pool.server_fraction);
  return fractions;
}

void check_control(const Scenario& scenario, Problems& problems) {
  check_telemetry_times(scenario.telemetry, problems);
  check_controllers(scenario, check_levels(scenario, problems), problems);
  check_policies(scenario, problems);
}

}  // namespace headroom

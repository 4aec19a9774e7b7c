#include "scenario/controller_scope.hpp"

#include <algorithm>

#include "scenario/fleet_plan.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

void ControllerScope::fields(Fields& f) {
  f("level", level, "of the nodes whose samples it sees; empty: all that are sampled");
  f("services", services, "whose pools it acts on");
  f("pools", pools, "that it acts on beside them, as `describe` names them; neither: all, and jobs");
}

Reach reach_of(const std::optional<ControllerScope>& scope, const Scenario& scenario, const FleetPlan& plan) {
  if (!scope || (scope->services.empty() && scope->pools.empty())) return {};
  const auto names = [](const std::vector<std::string>& list, const std::string& name) {
    return std::ranges::find(list, name) != list.end();
  };
  const auto services = scenario.all_services();
  std::vector<bool> pools;
  std::vector<bool> servers(plan.pool_of_server.size());
  for (const FleetPlan::Pool& pool : plan.pools) {
    pools.push_back(names(scope->pools, pool.name) || names(scope->services, services[pool.service.index()].name));
    if (!pools.back()) continue;
    for (const ServerId server : plan.services[pool.service.index()].servers)
      if (plan.pool_of_server[server.index()] == FleetPlan::kNone) servers[server.index()] = true;
  }
  for (std::size_t i = 0; i < servers.size(); ++i)
    if (const std::size_t pool = plan.pool_of_server[i]; pool != FleetPlan::kNone && pools[pool]) servers[i] = true;
  return {std::move(servers), std::move(pools)};
}

bool is_seen(std::size_t server, const Reach& reach, const FleetPlan& plan) {
  const std::size_t pool = plan.pool_of_server[server];
  return reach.is_everything() || (pool != FleetPlan::kNone && reach.holds(PoolId(pool)));
}

}  // namespace headroom

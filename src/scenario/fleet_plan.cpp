#include "scenario/fleet_plan.hpp"

#include <algorithm>

namespace headroom {
namespace {

/// Pools of a scenario; without any, one that serves everything.
std::vector<PoolConfig> pools_of(const ServingConfig& serving) {
  if (!serving.pools.empty()) return serving.pools;
  return {PoolConfig{"all", {Priority::low, Priority::high}, 1.0}};
}

/// The pool that is next after so many servers were given.
std::size_t next_pool(const std::vector<PoolConfig>& pools, const FleetPlan& plan) {
  const auto given = static_cast<double>(plan.serving_servers() + 1);
  const auto behind = [&](std::size_t pool) {
    return pools[pool].server_fraction * given - static_cast<double>(plan.pools[pool].servers);
  };
  std::size_t next = 0;
  for (std::size_t pool = 1; pool < pools.size(); ++pool)
    if (behind(pool) > behind(next)) next = pool;
  return next;
}

}  // namespace

bool FleetPlan::Pool::does_serve(Priority priority) const {
  return std::ranges::find(serves, priority) != serves.end();
}

Priority FleetPlan::priority_of(std::size_t server) const {
  return pools[pool_of_server[server]].does_serve(Priority::high) ? Priority::high : Priority::low;
}

FleetPlan plan_fleet(const Scenario& scenario) {
  FleetPlan plan;
  const std::size_t servers = serving_servers(scenario);
  plan.servers_for_jobs = scenario.site.servers - std::min<std::size_t>(servers, scenario.site.servers);
  if (!scenario.serving) return plan;
  plan.instances_per_server = scenario.hardware.server.gpus / scenario.serving->tensor_parallel;
  const auto pools = pools_of(*scenario.serving);
  for (const PoolConfig& pool : pools) plan.pools.push_back({pool.name, pool.serves});
  while (plan.serving_servers() < servers) {
    const std::size_t pool = next_pool(pools, plan);
    ++plan.pools[pool].servers;
    plan.pool_of_server.push_back(pool);
  }
  return plan;
}

std::size_t serving_servers(const Scenario& scenario) {
  if (!scenario.serving) return 0;
  if (scenario.serving->servers) return *scenario.serving->servers;
  const std::uint32_t each = scenario.hardware.server.gpus;
  std::size_t jobs = 0;
  for (const SiteJob& job : scenario.workload.jobs) jobs += (job.gpus + each - 1) / each;
  return scenario.site.servers - std::min<std::size_t>(jobs, scenario.site.servers);
}

}  // namespace headroom

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "headroom/request.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// Who stands where at the start of a run. Servers that serve requests are the first ones of the site, jobs have the
/// others. Pools take turns, so that every rack has its share of each: the pool furthest behind its fraction is next,
/// the first among equals.
struct FleetPlan {
  struct Pool {
    std::string name;
    std::vector<Priority> serves;
    std::size_t servers = 0;

    [[nodiscard]] bool does_serve(Priority priority) const;
  };
  std::vector<Pool> pools;                  ///< one that serves everything where the scenario names none
  std::vector<std::size_t> pool_of_server;  ///< by server that serves
  std::uint32_t instances_per_server = 0;   ///< of those that serve
  std::size_t servers_for_jobs = 0;

  [[nodiscard]] std::size_t serving_servers() const { return pool_of_server.size(); }
  /// Of the requests that a server's pool serves; high if it serves both.
  [[nodiscard]] Priority priority_of(std::size_t server) const;
};

/// Of a scenario whose single values are sound; nothing serves where it has no `serving`.
[[nodiscard]] FleetPlan plan_fleet(const Scenario& scenario);

/// How many servers serve requests; may be more than the site has, which its check refuses.
[[nodiscard]] std::size_t serving_servers(const Scenario& scenario);

}  // namespace headroom

#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "headroom/id.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// Who stands where at the start of a run. Services take servers one after the other, the lowest of their nodes that
/// are left; jobs have those of /hardware that serve nothing and where no tenant may stand. Which pool a server goes to
/// is up to /policy/placement. Services on virtual machines have none: instances come with their machines.
struct FleetPlan {
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  struct Pool {
    std::string name;  ///< with its service's, where there are several
    ServiceId service;
    std::vector<std::string> serves;
    std::string variant;
    std::size_t servers = 0;
    std::size_t instances = 0;
    std::map<std::string, std::size_t> without_place{};  ///< of those that it counts, by variant

    /// Whether it may serve requests of high priority.
    [[nodiscard]] bool serves_high() const;
  };
  struct Service {
    std::size_t asked = 0;  ///< servers
    std::size_t given = 0;
    std::vector<ServerId> servers;  ///< where its instances may stand: those of its nodes that jobs do not have
  };
  /// An instance of a pool that counts them, or one of several servers.
  struct Start {
    std::size_t pool;
    std::string variant;
    std::vector<ServerId> servers;
    std::uint16_t first_gpu;  ///< on each
    std::uint16_t gpus;       ///< on each; 0: it has CPU cores
  };
  std::vector<Service> services;
  std::vector<Start> starts{};
  std::vector<Pool> pools;                  ///< by service; one that serves everything where one names none
  std::vector<TypeId> type_of_server;       ///< by server of the site
  std::vector<std::size_t> pool_of_server;  ///< likewise; none for jobs, or nothing
  std::vector<ServerId> job_servers;
  std::vector<ServerId> vm_servers;  ///< where virtual machines may stand: those that no pool holds

  [[nodiscard]] std::size_t serving_servers() const;
};

/// Whether the plan depends on where nodes stand, for which the site must be sound.
[[nodiscard]] bool names_nodes(const Scenario& scenario);

/// Of a scenario whose single values are sound. A placement that names a pool that is none is a PolicyError.
[[nodiscard]] FleetPlan plan_fleet(const Scenario& scenario);

}  // namespace headroom

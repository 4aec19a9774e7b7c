#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fleet/fleet.hpp"
#include "fleet/slice_watch.hpp"
#include "kernel/event_queue.hpp"
#include "metrics/query_energy_result.hpp"
#include "metrics/run_listener.hpp"
#include "scenario/query_energy_config.hpp"
#include "trace/classes.hpp"

namespace headroom {

/// Keeps apart where the energy of servers goes, and which requests it was for; of scenarios that ask for it. A server
/// is busy while an instance on it draws more than one that waits with its model loaded. Servers where no service may
/// stand are no matter of requests; of others tenants take as much of what is beside the GPUs as of what these draw.
class QueryBooks final : public RunListener, public SliceWatch {
 public:
  /// All outlive this.
  QueryBooks(const QueryEnergyConfig& config, const ClassTable& classes, const EventQueue& queue)
      : config_(config), classes_(classes), queue_(queue), by_class_(classes.size()) {}

  /// Follows from now on the servers where services may stand.
  void start(const Fleet& fleet, const FleetPlan& plan);
  void completed(const Sequence& sequence, InstanceId instance, Seconds now) override;
  void occupied(SliceId slice) override { changed(slice); }
  void vacated(SliceId slice) override { changed(slice); }
  void drew(SliceId slice) override { changed(slice); }
  void power_cut(std::span<const ServerId> servers) override;

  /// What others measured of the site, up to now.
  struct SiteEnergy {
    Energy all{};      ///< losses and storages included
    Energy servers{};  ///< of jobs too
    Energy losses{};   ///< of the power tree
    Energy apart{};    ///< servers where no service may stand, and what stands beside servers
  };
  [[nodiscard]] QueryEnergyResult finish(const SiteEnergy& site);
  [[nodiscard]] bool follows(ServerId id) const { return servers_[id.index()].may_serve; }

 private:
  /// What a server draws.
  struct Draw {
    Power gpus{}, host{}, fans{}, supplies{};
    double tenants = 0;  ///< share of all this that is theirs
    bool is_busy = false;
    [[nodiscard]] Power all() const { return gpus + host + fans + supplies; }
  };
  struct Followed {
    bool may_serve = false;  ///< else it is no matter of requests
    Draw draw{};
    Seconds since{};
  };
  struct ClassSum {
    std::uint64_t completed = 0;
    Energy gpus{};
  };
  void changed(SliceId slice) {
    if (fleet_) refresh(fleet_->slices()[slice.index()].server);
  }
  void refresh(ServerId id);
  /// Books what it drew up to now.
  void draws(Followed& server, const Draw& from_now_on);
  [[nodiscard]] Draw draw_of(ServerId id) const;

  const QueryEnergyConfig& config_;
  const ClassTable& classes_;
  const EventQueue& queue_;
  const Fleet* fleet_ = nullptr;
  std::vector<Followed> servers_;
  std::vector<ClassSum> by_class_;
  Energy tenants_;  ///< theirs, on servers that are followed
  QueryEnergyResult result_;
};

}  // namespace headroom

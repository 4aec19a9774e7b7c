#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/scenario.hpp"
#include "facility/power_tree.hpp"
#include "facility/server_power.hpp"
#include "facility/site.hpp"
#include "headroom/fleet.hpp"
#include "model/performance/roofline.hpp"
#include "model/power/gpu_power.hpp"
#include "serving/instance.hpp"

namespace headroom {

/// A server's clock, cap and brake as they act now, and what it draws.
struct Server {
  NodeId node;
  PoolId pool;
  Priority priority = Priority::low;
  std::uint32_t first_instance = 0;
  std::uint32_t instances = 0;
  std::optional<Hertz> lock;
  std::optional<Power> cap;
  bool braked = false;       ///< by a controller
  bool held_braked = false;  ///< by a protection device that tripped, for the rest of the run
  bool down = false;
  double gpu_power_w = -1;  ///< below 0 before the first booking
  double gpu_energy_j = 0;  ///< up to `since`
  double since = 0;

  /// The clock its GPUs may run at.
  [[nodiscard]] Hertz clock(const GpuSpec& gpu) const {
    return braked || held_braked ? gpu.brake_clock : lock ? *lock : gpu.max_clock;
  }
};

/// The language model that a cluster serves, on its GPUs.
struct ServedModel {
  ServedModel(const HardwareConfig& hardware, const ServingConfig& serving);

  RooflineModel performance;
  EnergyRoofline power;
  std::uint64_t kv_capacity_tokens;
};

/// The servers of a site, the instances on them, and what routers see of them.
class Cluster {
 public:
  Cluster(const Scenario& scenario, Site& site, BatchScheduler& scheduler, std::span<QuantileSketch> token_gaps,
          InstanceObserver& observer);

  [[nodiscard]] std::vector<Server>& servers() { return servers_; }
  [[nodiscard]] const std::vector<Server>& servers() const { return servers_; }
  [[nodiscard]] std::vector<Instance>& instances() { return instances_; }
  [[nodiscard]] const std::vector<Instance>& instances() const { return instances_; }
  [[nodiscard]] ServerId server_of(InstanceId id) const { return server_of_[id.index()]; }
  [[nodiscard]] const std::string& path(ServerId id) const { return site_.tree().path(servers_[id.index()].node); }
  [[nodiscard]] const FleetView& fleet() const { return fleet_; }
  /// Of an instance; 0 where nothing is served.
  [[nodiscard]] std::uint64_t kv_capacity_tokens() const { return model_ ? model_->kv_capacity_tokens : 0; }

  /// Tells routers of an instance's new load.
  void update_load(InstanceId id) { fleet_.update(id, instances_[id.index()].load()); }

  /// Works out what a server draws now; returns its power at the inlet where that changed.
  [[nodiscard]] std::optional<Power> update_power(ServerId id, Seconds now);

  /// Relative difference between the energy of the GPUs as servers and as instances measured it, the largest of all
  /// servers.
  [[nodiscard]] double gpu_energy_residual(Seconds now) const;

 private:
  void assign_pools(const ServingConfig& serving, std::size_t servers);
  void build_instances(const Scenario& scenario, BatchScheduler& scheduler, std::span<QuantileSketch> token_gaps,
                       InstanceObserver& observer);

  Site& site_;
  GpuSpec gpu_;
  std::optional<ServedModel> model_;
  ServerPower server_power_;
  Power idle_gpus_;  ///< of a server that serves nothing
  std::vector<Server> servers_;
  std::vector<Instance> instances_;
  std::vector<ServerId> server_of_;
  FleetView fleet_;
};

}  // namespace headroom

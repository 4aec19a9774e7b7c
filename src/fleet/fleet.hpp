#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "facility/server_power.hpp"
#include "facility/site.hpp"
#include "fleet/node_watch.hpp"
#include "fleet/server.hpp"
#include "fleet/slice_watch.hpp"
#include "headroom/controller.hpp"
#include "headroom/fleet.hpp"
#include "kernel/clock_switch.hpp"
#include "kernel/event_queue.hpp"
#include "metrics/event_log.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/scenario.hpp"
#include "scenario/served_model.hpp"
#include "serving/instance.hpp"

namespace headroom {

/// The servers of a site, what holds them, the instances on them, and what routers see of these. Whoever called an
/// instance says `touched`, which brings all that follows from it up to date.
class Fleet final : public ClockWatch {
 public:
  /// All outlive this.
  struct Surroundings {
    Site& site;
    NodeWatch& nodes;
    EventLog& log;
    EventQueue& queue;
    ClockSwitch& clocks;
  };

  Fleet(const Scenario& scenario, std::span<QuantileSketch> token_gaps, InstanceObserver& observer,
        const Surroundings& around);

  /// Who hears from now on of what happens to servers.
  void add(SliceWatch& watch) { watches_.push_back(&watch); }
  /// Books what all servers draw at the start.
  void start();

  /// Brings load, power and the next event of an instance up to date after it was called.
  void touched(InstanceId id);
  /// A command of a controller lands; `decision` is its number in the log.
  void apply(const Action& action, std::uint32_t decision);
  /// Tells the log of what still holds servers at the end of the run.
  void close_limits();

  [[nodiscard]] const std::vector<Server>& servers() const { return servers_; }
  [[nodiscard]] std::vector<Instance>& instances() { return instances_; }
  [[nodiscard]] const std::vector<Instance>& instances() const { return instances_; }
  [[nodiscard]] ServerId server_of(InstanceId id) const { return server_of_[id.index()]; }
  [[nodiscard]] const std::string& path(ServerId id) const { return site_.tree().path(servers_[id.index()].node); }
  [[nodiscard]] const FleetView& view() const { return view_; }
  /// Of an instance; 0 where nothing is served.
  [[nodiscard]] std::uint64_t kv_capacity_tokens() const { return model_ ? model_->kv_capacity_tokens : 0; }

  /// Relative difference between the energy of the GPUs as servers and as instances measured it, the largest of all
  /// servers.
  [[nodiscard]] double gpu_energy_residual(Seconds now) const;

  /// The server's host runs at another clock.
  void clock_changed(ServerId id, Hertz clock) override;

 private:
  void build_instances(const Scenario& scenario, const FleetPlan& plan, std::span<QuantileSketch> token_gaps,
                       InstanceObserver& observer);
  [[nodiscard]] Seconds now() const { return queue_.now(); }
  void complete(const Event& event);
  void trip(const Event& event);
  void cut_power(NodeId node, TripAction action);
  void cut_power(ServerId id);
  void brake_for_good(ServerId id, const std::string& tripped);
  template <class Change>
  void change_limits(Server& server, Change change);
  void limit(ServerId id);
  void refresh_power(ServerId id);
  [[nodiscard]] std::optional<Power> update_power(ServerId id);

  Site& site_;
  NodeWatch& nodes_;
  EventLog& log_;
  EventQueue& queue_;
  ClockSwitch& clocks_;
  std::vector<SliceWatch*> watches_;
  GpuSpec gpu_;
  std::optional<ServedModel> model_;
  ServerPower server_power_;
  Power idle_gpus_;  ///< of a server that serves nothing
  std::vector<Server> servers_;
  std::vector<std::unique_ptr<BatchScheduler>> schedulers_;  ///< by pool
  std::vector<Instance> instances_;
  std::vector<ServerId> server_of_;
  FleetView view_;
};

}  // namespace headroom

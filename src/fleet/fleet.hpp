#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "facility/server_power.hpp"
#include "facility/site.hpp"
#include "fleet/core_side.hpp"
#include "fleet/gpu_books.hpp"
#include "fleet/held_books.hpp"
#include "fleet/node_watch.hpp"
#include "fleet/pool_series.hpp"
#include "fleet/server.hpp"
#include "fleet/slice.hpp"
#include "fleet/slice_watch.hpp"
#include "headroom/actions.hpp"
#include "headroom/demand.hpp"
#include "headroom/fleet.hpp"
#include "kernel/clock_switch.hpp"
#include "kernel/event_queue.hpp"
#include "metrics/event_log.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/running_variants.hpp"
#include "scenario/scenario.hpp"
#include "serving/instance.hpp"
#include "trace/classes.hpp"

namespace headroom {

/// The servers of a site, what holds them, who sits on their GPUs, and what policies see of all that. Whoever called an
/// instance says `touched`, which brings all that follows from it up to date.
class Fleet final : public ClockWatch, public PrefixDirectory {
 public:
  /// All outlive this.
  struct Surroundings {
    Site& site;
    NodeWatch& nodes;
    EventLog& log;
    EventQueue& queue;
    ClockSwitch& clocks;
    const PromptPrefixes* prompts;  ///< none: no instance keeps prefixes
  };

  /// With the instances that stand at the start, which are ready.
  Fleet(const Scenario& scenario, const FleetPlan& plan, const ClassTable& classes,
        std::span<QuantileSketch> token_gaps, InstanceObserver& observer, const Surroundings& around);

  /// Who hears from now on of what happens to servers.
  void add(SliceWatch& watch) { watches_.push_back(&watch); }
  /// Likewise, also of instances that have nothing left to do.
  void add_idle(SliceWatch& watch) {
    add(watch);
    hears_of_idle_ = true;
  }
  /// Books what all servers draw at the start.
  void start();

  /// Whether there are more instances than the caches of a core hold at some 10 kB each, so that fetching ahead pays.
  [[nodiscard]] bool is_large() const { return instances_.size() > 128; }
  /// Has the cache fetch what an instance is about to touch.
  void prefetch_instance(InstanceId id) const;
  /// Brings load, power and the next event of an instance up to date after it was called.
  void touched(InstanceId id);
  /// Tells who waits for it that a draining instance holds nothing any more.
  void look_whether_drained(InstanceId id);
  /// A request that is offered elsewhere is to go on at this instance; or does not get that far.
  void expect(InstanceId id, const Request& request);
  void forget_expected(InstanceId id, const Request& request);
  void forget_expected(const Sequence& sequence) {
    if (sequence.decode_at) forget_expected(*sequence.decode_at, sequence.request);
  }
  /// A command of a controller about a server lands; `decision` is its number in the log.
  template <class OnServer>
  void apply(const OnServer& action, std::uint32_t decision) {
    change_limits(action.server, [&](Limits& limits) { return limits.set(action, decision); });
    limit(action.server);
  }
  /// Tells the log of what still holds servers at the end of the run.
  void close_limits();

  /// An instance on free GPUs of its server, or of several, with as many on each.
  InstanceId add_instance(VariantId variant, PoolId pool, std::span<const ServerId> servers, std::uint16_t first_gpu,
                          Status status);
  /// The instance, which holds nothing, is gone and its GPUs are free.
  void remove_instance(InstanceId id);
  void set_status(InstanceId id, Status status);
  void assign(InstanceId id, PoolId pool);
  /// A pool holds a server from now on; none: nobody does, once nobody stands there any more.
  void allot(ServerId server, std::optional<PoolId> pool);
  /// Of the servers that it holds and held; of one that counts instances, of these.
  [[nodiscard]] HeldBooks::Held held_by(PoolId pool);
  /// What GPUs drew that pools held, up to a time up to which nothing draws otherwise.
  [[nodiscard]] Energy held_energy(Seconds until) const;
  /// These servers will lose their power, as is announced.
  void announce_leaving(std::span<const ServerId> servers);
  /// These servers lose their power.
  void cut_power(std::span<const ServerId> servers);
  /// Somebody who is no instance takes free GPUs, or gives them back.
  SliceId occupy(const Slice& slice);
  void vacate(SliceId id);
  /// A tenant's GPUs draw this from now on; those of a job, too, whose server draws so much more at its inlet than with
  /// idle GPUs, which the job books in the tree itself.
  void draws(SliceId id, Power per_gpu, Power inlet_beyond_idle = {});
  /// GPUs of a slice may draw no more than this, so as not to overheat.
  void limit_heat(SliceId id, Power per_gpu);
  [[nodiscard]] bool are_free(ServerId server, std::uint16_t first_gpu, std::uint16_t gpus) const;

  [[nodiscard]] const std::vector<Server>& servers() const { return servers_; }
  [[nodiscard]] const std::vector<Slice>& slices() const { return slices_; }
  [[nodiscard]] const HardwareConfig& hardware_of(ServerId id) const {
    return *types_[servers_[id.index()].type.index()].hardware;
  }
  [[nodiscard]] const ServerPower& server_power(ServerId id) const {
    return types_[servers_[id.index()].type.index()].power;
  }
  [[nodiscard]] Power inlet(ServerId id) const {
    const Server& server = servers_[id.index()];
    return site_.tree().power(server.node) + server.jobs_add;
  }
  /// What all GPUs of a server draw now, those of jobs too.
  [[nodiscard]] Power gpus_draw(ServerId id) const;
  [[nodiscard]] std::vector<Instance>& instances() { return instances_; }
  [[nodiscard]] const std::vector<Instance>& instances() const { return instances_; }
  /// Of an instance of several, the first.
  [[nodiscard]] ServerId server_of(InstanceId id) const { return slices_[slice_of_[id.index()].index()].server; }
  [[nodiscard]] SliceId slice_of(InstanceId id) const { return slice_of_[id.index()]; }
  /// One on each of its servers, whose ids follow each other.
  [[nodiscard]] std::span<const Slice> slices_of(InstanceId id) const;
  [[nodiscard]] const RunningVariants& variants() const { return variants_; }
  [[nodiscard]] const std::string& path(ServerId id) const { return site_.tree().path(servers_[id.index()].node); }
  /// As events.json calls an instance.
  [[nodiscard]] std::string name(InstanceId id) const {
    return path(server_of(id)) + "/instance" + std::to_string(id.index());
  }
  [[nodiscard]] FleetView& view() { return view_; }
  [[nodiscard]] const FleetView& view() const { return view_; }
  /// Of the largest instance that a pool has, whether it is open or not; 0 where it has none.
  [[nodiscard]] std::uint64_t kv_capacity_tokens(PoolId pool) const { return kv_capacity_[pool.index()]; }
  [[nodiscard]] Demand& demand() { return demand_; }
  [[nodiscard]] PoolDemand& pool_demand() { return pool_demand_; }
  [[nodiscard]] GpuBooks& gpu_books() { return gpu_books_; }
  [[nodiscard]] PoolSeries& series() { return series_; }
  [[nodiscard]] Priority priority_of(PoolId pool) const { return priority_of_pool_[pool.index()]; }
  [[nodiscard]] const GpuBooks& gpu_books() const { return gpu_books_; }
  [[nodiscard]] Seconds now() const { return queue_.now(); }
  [[nodiscard]] ServiceId service_of(PoolId pool) const { return service_of_pool_[pool.index()]; }

  /// On its GPUs, then on its CPU cores.
  [[nodiscard]] std::vector<InstanceId> instances_on(ServerId id) const;
  /// Of the instances on CPU cores of a server.
  [[nodiscard]] std::span<const SliceId> core_slices(ServerId id) const {
    return cores_.empty() ? std::span<const SliceId>() : cores_[id.index()].slices;
  }
  /// What these draw now.
  [[nodiscard]] Power cores_draw(ServerId id) const { return cores_.empty() ? Power() : cores_[id.index()].power; }
  /// What all such instances drew since the run began; none where no service uses CPU cores.
  [[nodiscard]] std::optional<Energy> core_energy(Seconds until) const;

  /// Relative difference between the energy of GPUs and CPU cores as servers and as instances measured it, the largest
  /// of all servers.
  [[nodiscard]] double instance_energy_residual(Seconds now) const;

  /// The server's host runs at another clock.
  void clock_changed(ServerId id, Hertz clock) override;
  [[nodiscard]] std::uint32_t cached_tokens(InstanceId id, const Request& request) const override {
    return instances_[id.index()].cached_tokens(request);
  }

 private:
  struct Type {
    const HardwareConfig* hardware;
    ServerPower power;
  };
  void build_servers(const FleetPlan& plan);
  void build_instances(const FleetPlan& plan);
  void prefetch_power(ServerId id) const;
  void run_fetching_ahead(InstanceId id);
  void complete(const Event& event);
  void trip(const Event& event);
  void cut_power(NodeId node, TripAction action);
  void cut_power(ServerId id);
  void lose(SliceId id);
  void brake_for_good(ServerId id, const std::string& tripped);
  /// Books how long limits hold a server; `change` returns the decision that ends with it.
  template <class Change>
  void change_limits(ServerId id, Change change) {
    Server& server = servers_[id.index()];
    const bool before = server.is_throttled();
    if (const std::optional<Limits::Decision> ended = change(server.limits)) log_.end(*ended, now());
    if (!before && server.is_throttled()) server.throttled_since = now().value();
    if (before && !server.is_throttled()) log_.throttled_for(now().value() - server.throttled_since);
  }
  void limit(ServerId id);
  void draw_on_other_servers(InstanceId id);
  void leave_other_servers(InstanceId id, ServerId lost);
  [[nodiscard]] Power lowest_heat_limit(SliceId changed, Power limit);
  [[nodiscard]] std::optional<Power> lowest_cap(InstanceId id) const;
  [[nodiscard]] Hertz lowest_clock(InstanceId id, ServerId changed, Hertz clock) const;
  void set_use(SliceId id, GpuUse use);
  void set_draw(SliceId id, Power per_gpu);
  void refresh_power(ServerId id);
  [[nodiscard]] Energy gpu_energy(const Server& server, Seconds until) const;
  void book_holder(ServerId id, std::optional<PoolId> pool);
  void book_counted(InstanceId id, std::optional<PoolId> pool);
  [[nodiscard]] Power update_power(ServerId id);
  [[nodiscard]] Power update_cores(ServerId id);
  void take(const Slice& slice, SliceId id);
  void measure(PoolId pool);
  void show_slices(ServerId id);
  void show_priority(ServerId id);

  Site& site_;
  NodeWatch& nodes_;
  EventLog& log_;
  EventQueue& queue_;
  ClockSwitch& clocks_;
  std::span<QuantileSketch> token_gaps_;
  InstanceObserver& observer_;
  std::vector<SliceWatch*> watches_;
  std::vector<Type> types_;
  RunningVariants variants_;
  std::vector<Server> servers_;
  std::vector<CoreSide> cores_;                              ///< by server; empty where no service uses CPU cores
  std::vector<Slice> slices_;                                ///< all there have been
  std::vector<std::unique_ptr<BatchScheduler>> schedulers_;  ///< by pool
  std::vector<ServiceId> service_of_pool_;
  std::vector<Priority> priority_of_pool_;  ///< high where it may serve any of high priority
  std::vector<std::uint64_t> kv_capacity_;  ///< by pool
  std::vector<Instance> instances_;         ///< all there have been
  std::vector<SliceId> slice_of_;           ///< by instance: its first
  FleetView view_;
  PoolSeries series_;
  GpuBooks gpu_books_;
  HeldBooks held_books_;     ///< by server
  HeldBooks counted_books_;  ///< by instance, of pools that count them
  Demand demand_;
  PoolDemand pool_demand_;
  std::uint32_t draining_ = 0;  ///< instances
  bool hears_of_idle_ = false;
  bool has_wide_ = false;           ///< instances of several servers
  std::vector<Power> heat_limits_;  ///< by slice, where there are such
};

}  // namespace headroom

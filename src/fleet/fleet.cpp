#include "fleet/fleet.hpp"

#include <algorithm>
#include <cmath>

#include "base/interrupt.hpp"
#include "base/residual.hpp"

namespace headroom {

Fleet::Fleet(const Scenario& scenario, std::span<QuantileSketch> token_gaps, InstanceObserver& observer,
             const Surroundings& around)
    : site_(around.site),
      nodes_(around.nodes),
      log_(around.log),
      queue_(around.queue),
      clocks_(around.clocks),
      gpu_(scenario.hardware.gpu),
      server_power_(scenario.hardware.server, gpu_.tdp),
      idle_gpus_(scenario.hardware.gpu_power.idle * static_cast<double>(scenario.hardware.server.gpus)),
      servers_(site_.servers()) {
  for (std::size_t i = 0; i < servers_.size(); ++i) servers_[i].node = site_.server(i);
  if (scenario.serving) {
    model_.emplace(scenario.hardware, *scenario.serving);
    build_instances(scenario, plan_fleet(scenario), token_gaps, observer);
  }
  queue_.add_timers(EventKind::completion, instances_.size());
  queue_.on<&Fleet::complete>(EventKind::completion, *this);
  queue_.on<&Fleet::trip>(EventKind::trip, *this);
}

void Fleet::build_instances(const Scenario& scenario, const FleetPlan& plan, std::span<QuantileSketch> token_gaps,
                            InstanceObserver& observer) {
  const ServingConfig& serving = *scenario.serving;
  const std::uint32_t each = plan.instances_per_server;
  const InstanceSpec spec{&model_->performance,
                          &model_->power,
                          &gpu_,
                          scenario.hardware.limits,
                          serving.tensor_parallel,
                          model_->kv_capacity_tokens,
                          serving.max_waiting_requests,
                          scenario.policy.batching.kind};
  instances_.reserve(plan.serving_servers() * each);
  for (std::size_t p = 0; p < plan.pools.size(); ++p) {
    const std::size_t first = instances_.size();
    BatchScheduler& scheduler = *schedulers_.emplace_back(scenario.policy.batching.make());
    for (std::size_t s = 0; s < plan.serving_servers(); ++s) {
      if (plan.pool_of_server[s] != p) continue;
      stop_if_interrupted();
      Server& server = servers_[s];
      server.pool = PoolId(p);
      server.priority = plan.priority_of(s);
      server.first_instance = static_cast<std::uint32_t>(instances_.size());
      server.instances = each;
      for (std::uint32_t i = 0; i < each; ++i) {
        instances_.emplace_back(InstanceId(instances_.size()), spec, scheduler, token_gaps, observer);
        server_of_.push_back(ServerId(s));
      }
    }
    view_.add_pool(plan.pools[p].name, plan.pools[p].serves, instances_.size() - first);
  }
}

void Fleet::start() {
  for (std::size_t i = 0; i < servers_.size(); ++i) refresh_power(ServerId(i));
}

void Fleet::complete(const Event& event) {
  const InstanceId id(event.target);
  instances_[id.index()].on_event(now());
  touched(id);
}

void Fleet::touched(InstanceId id) {
  const Instance& instance = instances_[id.index()];
  view_.update(id, instance.load());
  refresh_power(server_of_[id.index()]);
  for (SliceWatch* watch : watches_) watch->touched(id);
  queue_.set_timer(EventKind::completion, id.index(), instance.next_event());
}

void Fleet::refresh_power(ServerId id) {
  if (const auto power = update_power(id))
    site_.tree().set_power(servers_[id.index()].node, *power, now(),
                           [this](NodeId node, Power drawn) { nodes_.changed(node, drawn); });
}

/// What a server draws at its inlet, where that changed.
std::optional<Power> Fleet::update_power(ServerId id) {
  Server& server = servers_[id.index()];
  Power gpus = server.instances > 0 || server.down ? Power() : idle_gpus_;
  for (std::uint32_t i = 0; i < server.instances; ++i) gpus += instances_[server.first_instance + i].gpu_power();
  if (gpus.value() == server.gpu_power_w && !server.down) return std::nullopt;
  if (server.gpu_power_w >= 0) server.gpu_energy_j += server.gpu_power_w * (now().value() - server.since);
  server.since = now().value();
  server.gpu_power_w = gpus.value();
  return server.down ? Power() : server_power_.inlet(gpus);
}

void Fleet::apply(const Action& action, std::uint32_t decision) {
  const ServerId id = headroom::server_of(action);
  Server& server = servers_[id.index()];
  change_limits(server, [&] {
    if (const auto ended = server.limits.set(action, decision)) log_.end(*ended, now());
  });
  limit(id);
}

/// Books how long limits hold a server.
template <class Change>
void Fleet::change_limits(Server& server, Change change) {
  const bool before = server.limits.any();
  change();
  if (!before && server.limits.any()) server.throttled_since = now().value();
  if (before && !server.limits.any()) log_.throttled_for(now().value() - server.throttled_since);
}

void Fleet::close_limits() {
  for (const Server& server : servers_) {
    if (server.limits.any()) log_.throttled_for(now().value() - server.throttled_since);
    for (const auto& decision : server.limits.decisions())
      if (decision) log_.end(*decision, now());
  }
}

/// Brings a server's GPUs to the clock and cap that hold now.
void Fleet::limit(ServerId id) {
  const Server& server = servers_[id.index()];
  clocks_.set_clock(id, server.limits.clock(gpu_));
  for (SliceWatch* watch : watches_) watch->limits_changed(id);
  for (std::uint32_t i = 0; i < server.instances; ++i) {
    const InstanceId instance(server.first_instance + i);
    instances_[instance.index()].set_cap(server.limits.cap(), now());
    touched(instance);
  }
}

void Fleet::clock_changed(ServerId id, Hertz clock) {
  const Server& server = servers_[id.index()];
  for (std::uint32_t i = 0; i < server.instances; ++i) {
    const InstanceId instance(server.first_instance + i);
    instances_[instance.index()].set_clock(clock, now());
    touched(instance);
  }
}

void Fleet::trip(const Event& event) {
  const NodeId node(event.target);
  const auto action = nodes_.trip(node);
  if (!action) return;
  const std::string& path = site_.tree().path(node);
  log_.tripped(now(), path, "overload carried too long: " + word_of(*action));
  if (*action == TripAction::outage || *action == TripAction::shed) cut_power(node, *action);
  if (*action != TripAction::brake) return;
  for (std::size_t i = 0; i < servers_.size(); ++i)
    if (site_.tree().is_under(servers_[i].node, node)) brake_for_good(ServerId(i), path);
}

/// Of all servers below a node, or to shed load of those that serve low priority.
void Fleet::cut_power(NodeId node, TripAction action) {
  std::vector<ServerId> cut;
  for (std::size_t i = 0; i < servers_.size(); ++i)
    if (site_.tree().is_under(servers_[i].node, node) &&
        (action == TripAction::outage || servers_[i].priority == Priority::low))
      cut.emplace_back(i);
  for (SliceWatch* watch : watches_) watch->power_cut(cut);
  for (const ServerId id : cut) cut_power(id);
}

void Fleet::cut_power(ServerId id) {
  Server& server = servers_[id.index()];
  server.down = true;
  if (server.instances == 0) refresh_power(id);
  for (std::uint32_t i = 0; i < server.instances; ++i) {
    const InstanceId instance(server.first_instance + i);
    instances_[instance.index()].shut_down(now());
    touched(instance);
  }
}

void Fleet::brake_for_good(ServerId id, const std::string& tripped) {
  Server& server = servers_[id.index()];
  if (!server.limits.held())
    change_limits(server, [&] {
      server.limits.hold(log_.decided(PowerBrake{id}, path(id), tripped + " tripped", now(), now()));
    });
  limit(id);
}

double Fleet::gpu_energy_residual(Seconds now) const {
  double worst = 0;
  for (const Server& server : servers_) {
    double by_instances = 0;
    for (std::uint32_t i = 0; i < server.instances; ++i)
      by_instances += instances_[server.first_instance + i].gpu_energy(now).value();
    const double by_server = server.gpu_energy_j + server.gpu_power_w * (now.value() - server.since);
    if (!(by_instances <= 0)) worst = worse(worst, std::abs(by_server - by_instances) / by_instances);
  }
  return worst;
}

}  // namespace headroom

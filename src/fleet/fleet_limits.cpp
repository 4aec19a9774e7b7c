// What holds servers: commands of controllers, devices that trip, power that is cut.
#include <algorithm>

#include "fleet/fleet.hpp"

namespace headroom {

void Fleet::close_limits() {
  for (const Server& server : servers_) {
    if (server.is_throttled()) log_.throttled_for(now().value() - server.throttled_since);
    for (const auto& decision : server.limits.decisions())
      if (decision) log_.end(*decision, now());
  }
}

/// Brings a server's GPUs to the clock and cap that hold now.
void Fleet::limit(ServerId id) {
  const Server& server = servers_[id.index()];
  clocks_.set_clock(id, server.limits.clock(hardware_of(id).gpu));
  for (SliceWatch* watch : watches_) watch->limits_changed(id);
  for (const SliceId on : server.slices) {
    const Slice& slice = slices_[on.index()];
    if (slice.occupant != Occupant::instance) continue;
    Instance& instance = instances_[slice.number];
    const std::optional<Power> cap = lowest_cap(InstanceId(slice.number));
    if (instance.cap() == cap) continue;
    instance.set_cap(cap, now());
    touched(InstanceId(slice.number));
  }
}

/// Of its servers: the most limited one holds up all.
std::optional<Power> Fleet::lowest_cap(InstanceId id) const {
  std::optional<Power> lowest;
  for (const Slice& slice : slices_of(id))
    if (const auto cap = servers_[slice.server.index()].limits.cap(); cap && (!lowest || *cap < *lowest)) lowest = cap;
  return lowest;
}

Hertz Fleet::lowest_clock(InstanceId id, ServerId changed, Hertz clock) const {
  Hertz lowest = clock;
  for (const Slice& slice : slices_of(id))
    if (slice.server != changed)
      lowest = std::min(lowest, servers_[slice.server.index()].limits.clock(hardware_of(slice.server).gpu));
  return lowest;
}

void Fleet::clock_changed(ServerId id, Hertz clock) {
  for (const SliceId on : servers_[id.index()].slices) {
    const Slice& slice = slices_[on.index()];
    if (slice.occupant != Occupant::instance) continue;
    instances_[slice.number].set_clock(lowest_clock(InstanceId(slice.number), id, clock), now());
    touched(InstanceId(slice.number));
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
        (action == TripAction::outage || view_.server(ServerId(i)).priority == Priority::low))
      cut.emplace_back(i);
  cut_power(cut);
}

void Fleet::announce_leaving(std::span<const ServerId> servers) {
  for (const ServerId id : servers) view_.server(id).leaving = true;
  for (SliceWatch* watch : watches_) watch->leaving(servers);
}

/// Nobody moves onto any of them while the first ones are left.
void Fleet::cut_power(std::span<const ServerId> servers) {
  for (const ServerId id : servers) view_.server(id).up = false;
  for (SliceWatch* watch : watches_) watch->power_cut(servers);
  for (const ServerId id : servers) cut_power(id);
}

void Fleet::cut_power(ServerId id) {
  Server& server = servers_[id.index()];
  if (server.down) return;
  if (server.is_throttled()) log_.throttled_for(now().value() - server.throttled_since);
  server.down = true;
  gpu_books_.move(server.free_gpus, GpuUse::idle, GpuUse::down, now());
  for (const SliceId on : server.slices) lose(on);
  for (const SliceId on : core_slices(id)) lose(on);
  refresh_power(id);
}

/// Its server has no power any more.
void Fleet::lose(SliceId id) {
  set_use(id, GpuUse::down);
  const Slice& slice = slices_[id.index()];
  if (slice.occupant != Occupant::instance) return;
  const InstanceId lost(slice.number);
  const ServerId on = slice.server;
  instances_[lost.index()].each_sequence([&](const Sequence& held, bool) { forget_expected(held); });
  instances_[lost.index()].shut_down(now());
  book_counted(lost, std::nullopt);
  touched(lost);
  if (has_wide_) leave_other_servers(lost, on);
}

void Fleet::brake_for_good(ServerId id, const std::string& tripped) {
  if (!servers_[id.index()].limits.held())
    change_limits(id, [&](Limits& limits) {
      limits.hold(log_.decided(PowerBrake{id}, path(id), tripped + " tripped", now(), now()));
      return std::nullopt;
    });
  limit(id);
}

}  // namespace headroom

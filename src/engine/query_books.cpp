#include "engine/query_books.hpp"

#include <algorithm>

namespace headroom {

void QueryBooks::start(const Fleet& fleet, const FleetPlan& plan) {
  fleet_ = &fleet;
  servers_.resize(fleet.servers().size());
  for (const FleetPlan::Service& service : plan.services)
    for (const ServerId id : service.servers) servers_[id.index()].may_serve = true;
  result_.servers = static_cast<std::uint64_t>(std::ranges::count_if(servers_, &Followed::may_serve));
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    if (!servers_[i].may_serve) continue;
    const HardwareConfig& type = fleet.hardware_of(ServerId(i));
    const Power all = type.gpu.tdp * static_cast<double>(type.server.gpus);
    result_.server_full += fleet.server_power(ServerId(i)).inlet(all) / static_cast<double>(result_.servers);
    refresh(ServerId(i));
  }
}

void QueryBooks::draws(Followed& server, const Draw& from_now_on) {
  const Seconds elapsed = queue_.now() - server.since;
  const Draw& draw = server.draw;
  const Seconds served = elapsed * (1 - draw.tenants);
  QueryEnergyParts& parts = result_.parts;
  parts.gpus += draw.gpus * served;
  parts.host += draw.host * served;
  parts.fans += draw.fans * served;
  parts.supplies += draw.supplies * served;
  tenants_ += draw.all() * (elapsed * draw.tenants);
  if (draw.is_busy) result_.busy += elapsed;
  else result_.idle += draw.all() * served;
  server.since = queue_.now();
  server.draw = from_now_on;
}

QueryBooks::Draw QueryBooks::draw_of(ServerId id) const {
  const Server& server = fleet_->servers()[id.index()];
  if (server.down) return {};
  const ServerPower& power = fleet_->server_power(id);
  const Power waiting = fleet_->hardware_of(id).gpu_power.idle_loaded;
  const Power gpus = fleet_->gpus_draw(id);
  const auto [host, fans] = power.beside(gpus);
  const Power cores = fleet_->cores_draw(id);
  Draw draw{gpus, host + cores, fans, power.inlet(gpus, cores) - power.output(gpus, cores)};
  for (const SliceId on : server.slices) {
    const Slice& slice = fleet_->slices()[on.index()];
    if (slice.occupant == Occupant::tenant) draw.tenants += slice.draw() / gpus;
    else draw.is_busy = draw.is_busy || slice.per_gpu > waiting;
  }
  return draw;
}

void QueryBooks::refresh(ServerId id) {
  Followed& server = servers_[id.index()];
  if (server.may_serve) draws(server, draw_of(id));
}

void QueryBooks::power_cut(std::span<const ServerId> servers) {
  for (const ServerId id : servers)
    if (follows(id)) draws(servers_[id.index()], {});
}

void QueryBooks::completed(const Sequence& sequence, InstanceId, Seconds) {
  ClassSum& sum = by_class_[sequence.request.request_class.index()];
  ++sum.completed;
  sum.gpus += sequence.energy;
  ++result_.completed;
  result_.input_tokens += sequence.request.input_tokens;
  result_.output_tokens += sequence.request.output_tokens;
}

QueryEnergyResult QueryBooks::finish(const SiteEnergy& site) {
  for (Followed& server : servers_) draws(server, {});
  QueryEnergyParts& parts = result_.parts;
  const Energy served = parts.servers();
  result_.pue_ratio = config_.pue_ratio;
  result_.all_time = queue_.now() * static_cast<double>(result_.servers);
  if (site.servers > Energy()) parts.distribution = site.losses * (served / site.servers);
  parts.cooling = (served + parts.distribution) * (config_.pue_ratio - 1);
  const Energy others = tenants_ + site.apart;
  if (others > Energy()) result_.others = others + site.losses - parts.distribution;
  result_.unexplained = site.all - served - others - site.losses;
  Energy in_steps;
  for (const ClassSum& sum : by_class_) in_steps += sum.gpus;
  for (std::size_t i = 0; i < by_class_.size(); ++i) {
    const ClassSum& sum = by_class_[i];
    if (sum.completed == 0) continue;
    result_.classes[classes_.name(ClassId(i))] = {sum.completed, sum.gpus, result_.parts.all() * (sum.gpus / in_steps)};
  }
  return std::move(result_);
}

}  // namespace headroom

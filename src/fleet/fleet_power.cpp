// What servers draw: from who sits on their GPUs to the power tree.
#include <algorithm>
#include <cmath>

#include "base/residual.hpp"
#include "fleet/fleet.hpp"

namespace headroom {

void Fleet::set_draw(SliceId id, Power per_gpu) {
  Slice& slice = slices_[id.index()];
  if (slice.per_gpu == per_gpu) return;
  slice.per_gpu = per_gpu;
  if (slice.occupant != Occupant::cohort) refresh_power(slice.server);
  for (SliceWatch* watch : watches_) watch->drew(id);
}

void Fleet::refresh_power(ServerId id) {
  const Power inlet = update_power(id);
  site_.tree().set_power(servers_[id.index()].node, inlet, now(),
                         [this](NodeId node, Power drawn) { nodes_.changed(node, drawn); });
}

/// Books what the GPUs of a server drew up to now; returns what it draws at its inlet from now on. GPUs of jobs count
/// as idle here.
Power Fleet::update_power(ServerId id) {
  Server& server = servers_[id.index()];
  const Type& type = types_[server.type.index()];
  Power gpus, other;
  std::uint32_t idle = server.down ? 0 : server.free_gpus;
  for (const SliceId on : server.slices) {
    const Slice& slice = slices_[on.index()];
    if (slice.occupant == Occupant::instance) gpus += slice.draw();
    else if (slice.occupant == Occupant::tenant) other += slice.draw();
    else if (!server.down) idle += slice.gpus;
  }
  if (idle > 0) other += type.hardware->gpu_power.idle * static_cast<double>(idle);
  gpus += other;
  if (server.gpu_power_w >= 0) {
    const double elapsed = now().value() - server.since;
    server.gpu_energy_j += server.gpu_power_w * elapsed;
    server.other_energy_j += server.other_power_w * elapsed;
  }
  server.since = now().value();
  server.gpu_power_w = gpus.value();
  server.other_power_w = other.value();
  const Power cores = cores_.empty() ? Power() : update_cores(id);
  return server.down ? Power() : type.power.inlet(gpus, cores);
}

Power Fleet::update_cores(ServerId id) {
  CoreSide& side = cores_[id.index()];
  Power sum;
  for (const SliceId on : side.slices) sum += slices_[on.index()].per_gpu;
  side.draws(sum, now());
  return sum;
}

Power Fleet::gpus_draw(ServerId id) const {
  const Server& server = servers_[id.index()];
  if (server.down) return {};
  Power sum = hardware_of(id).gpu_power.idle * static_cast<double>(server.free_gpus);
  for (const SliceId on : server.slices) sum += slices_[on.index()].draw();
  return sum;
}

/// Of all GPUs of a server since the run began.
Energy Fleet::gpu_energy(const Server& server, Seconds until) const {
  return Energy(server.gpu_energy_j + std::max(server.gpu_power_w, 0.0) * (until.value() - server.since));
}

Energy Fleet::held_energy(Seconds until) const {
  return held_books_.energy([&](std::size_t i) { return gpu_energy(servers_[i], until); }) +
         counted_books_.energy([&](std::size_t i) { return instances_[i].gpu_energy(until); });
}

std::optional<Energy> Fleet::core_energy(Seconds until) const {
  if (cores_.empty()) return std::nullopt;
  Energy sum;
  for (const CoreSide& side : cores_) sum += side.energy_until(until);
  return sum;
}

double Fleet::instance_energy_residual(Seconds now) const {
  std::vector<double> on_gpus(servers_.size()), on_cores(servers_.size());
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    const auto slices = slices_of(InstanceId(i));
    const double each = instances_[i].gpu_energy(now).value() / static_cast<double>(slices.size());
    for (const Slice& slice : slices) (slice.on_cores() ? on_cores : on_gpus)[slice.server.index()] += each;
  }
  double worst = 0;
  const auto compare = [&](double by_server, double by_instances) {
    if (!(by_instances <= 0)) worst = worse(worst, std::abs(by_server - by_instances) / by_instances);
  };
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    const Server& server = servers_[i];
    const double elapsed = now.value() - server.since;
    compare(server.gpu_energy_j - server.other_energy_j + (server.gpu_power_w - server.other_power_w) * elapsed,
            on_gpus[i]);
    if (!cores_.empty()) compare(cores_[i].energy_until(now).value(), on_cores[i]);
  }
  return worst;
}

}  // namespace headroom

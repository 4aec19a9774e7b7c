#include "jobs/vm_site.hpp"

#include <algorithm>

#include "fleet/node_capacity.hpp"

namespace headroom {

VmSite::VmSite(const Surroundings& around)
    : fleet_(around.fleet),
      budgets_(around.budgets),
      load_(around.load),
      heat_(around.heat),
      stand_(around.site.servers()) {
  for (const HardwareConfig* type : around.scenario.types()) power_.emplace_back(type->server, type->gpu.tdp);
  open_.resize(stand_.size());
  for (const ServerId server : around.plan.vm_servers) open_[server.index()] = true;
  for (const FleetPlan::Service& service : around.plan.services) {
    of_service_.emplace_back(stand_.size());
    for (const ServerId server : service.servers) of_service_.back()[server.index()] = true;
  }
  build_rows(around.site);
  if (heat_) aisles_.resize(heat_->aisles());
  fill_idle();
}

/// Servers on which no machine stands are the same at all steps.
void VmSite::fill_idle() {
  std::vector<double> rows_w(rows_.size()), aisles_m3_per_s(aisles_.size());
  for (std::size_t i = 0; i < stand_.size(); ++i) {
    const ServerId server(i);
    rows_w[row_of(server)] += inlet_w(server, gpus_w(server, 0));
    if (heat_) aisles_m3_per_s[heat_->aisle_of(server)] += air(server, gpus_w(server, 0));
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].expected_w.assign(load_.steps(), rows_w[i]);
  for (std::size_t i = 0; i < aisles_.size(); ++i) aisles_[i].assign(load_.steps(), aisles_m3_per_s[i]);
}

void VmSite::build_rows(const Site& site) {
  for (std::size_t i = 0; i < stand_.size(); ++i) {
    const NodeId node = headroom::row_of(site, i);
    if (rows_.empty() || rows_.back().node != node)
      rows_.push_back({node, node_capacity(*std::ranges::find(site.nodes(), node, &SiteNode::id), fleet_), {}});
    row_of_.push_back(static_cast<std::uint32_t>(rows_.size() - 1));
  }
}

Power VmSite::row_limit(std::size_t row) const {
  return budgets_.of(rows_[row].node).value_or(rows_[row].capacity);
}

double VmSite::inlet_w(ServerId server, double gpus_w) const {
  return power_[fleet_.servers()[server.index()].type.index()].inlet(Power(gpus_w)).value();
}

/// Of all GPUs of a server.
double VmSite::gpus_w(ServerId server, std::size_t step) const {
  std::size_t idle = fleet_.servers()[server.index()].gpus;
  double sum = 0;
  for (const Standing& machine : stand_[server.index()]) {
    idle -= machine.place.gpus;
    sum += machine.gpu_w[step] * machine.place.gpus;
  }
  return sum + fleet_.hardware_of(server).gpu_power.idle.value() * static_cast<double>(idle);
}

/// What a server is expected to draw and want, into its row and aisle, or out of them.
void VmSite::add(ServerId server, std::size_t step, double sign) {
  const double gpus = gpus_w(server, step);
  rows_[row_of(server)].expected_w[step] += sign * inlet_w(server, gpus);
  if (heat_) aisles_[heat_->aisle_of(server)][step] += sign * air(server, gpus);
}

void VmSite::settle(std::uint32_t machine, const Vm& vm, const VmPlace& place) {
  for (std::size_t step = 0; step < load_.steps(); ++step) add(place.server, step, -1);
  stand_[place.server.index()].push_back({machine, vm.is_opaque(), place, vm.gpu_w});
  for (std::size_t step = 0; step < load_.steps(); ++step) add(place.server, step, 1);
  Row& row = rows_[row_of(place.server)];
  ++(vm.is_opaque() ? row.opaque : row.serving);
  if (where_.size() <= machine) where_.resize(machine + 1);
  where_[machine] = place.server;
}

void VmSite::leave(std::uint32_t machine) {
  const ServerId server = *std::exchange(where_[machine], std::nullopt);
  auto& there = stand_[server.index()];
  const auto one = std::ranges::find(there, machine, &Standing::machine);
  Row& row = rows_[row_of(server)];
  --(one->is_opaque ? row.opaque : row.serving);
  for (std::size_t step = 0; step < load_.steps(); ++step) add(server, step, -1);
  there.erase(one);
  for (std::size_t step = 0; step < load_.steps(); ++step) add(server, step, 1);
}

void VmSite::renew(LoadSeries& series, std::size_t step, double watts, std::span<const ServerId> servers) {
  added_w_ = added_m3_per_s_ = {};
  std::vector<ServerId> once(servers.begin(), servers.end());
  std::ranges::sort(once);
  once.erase(std::unique(once.begin(), once.end()), once.end());
  for (const ServerId server : once) add(server, step, -1);
  series[step] = watts;
  for (const ServerId server : once) add(server, step, 1);
}

std::vector<std::uint32_t> VmSite::on(ServerId server) const {
  std::vector<std::uint32_t> machines;
  for (const Standing& one : stand_[server.index()]) machines.push_back(one.machine);
  return machines;
}

bool VmSite::is_free(ServerId server, std::uint16_t first, std::uint16_t gpus) const {
  const auto in_the_way = [&](const Standing& other) {
    return overlap(first, gpus, other.place.first_gpu, other.place.gpus);
  };
  return std::ranges::none_of(stand_[server.index()], in_the_way) && fleet_.are_free(server, first, gpus);
}

/// Where instances start or drain nobody settles: a deployment may wait for their GPUs.
bool VmSite::may_stand(const Vm& vm, ServerId server) const {
  const ServerState& seen = fleet_.view().server(server);
  if (!open_[server.index()] || !seen.up || seen.leaving || fleet_.view().is_in_transition(server)) return false;
  return vm.is_opaque() || of_service_[vm.service->index()][server.index()];
}

std::optional<std::uint16_t> VmSite::first_gpu(const Vm& vm, ServerId server) const {
  const Server& here = fleet_.servers()[server.index()];
  if (here.free_gpus < vm.gpus || !may_stand(vm, server)) return std::nullopt;
  for (std::uint16_t first = 0; first + vm.gpus <= here.gpus; ++first)
    if (is_free(server, first, vm.gpus)) return first;
  return std::nullopt;
}

/// `quantity(gpus_w)` of the server with the machine less without it.
template <class Quantity>
std::span<const double> VmSite::added(const Vm& vm, ServerId server, Answers& known, Quantity quantity) const {
  if (known.machine != vm.number) known = {vm.number, {}, {}};
  const bool is_alone = stand_[server.index()].empty();
  const TypeId type = fleet_.servers()[server.index()].type;
  if (is_alone && known.by_type.contains(type)) return known.by_type.at(type);
  LoadSeries& series = is_alone ? known.by_type[type] : known.beside_others;
  series.resize(load_.steps());
  const double idle = fleet_.hardware_of(server).gpu_power.idle.value();
  for (std::size_t step = 0; step < series.size(); ++step) {
    const double before = gpus_w(server, step);
    series[step] = quantity(before + (vm.gpu_w[step] - idle) * vm.gpus) - quantity(before);
  }
  return series;
}

std::span<const double> VmSite::added_w(const Vm& vm, ServerId server) const {
  return added(vm, server, added_w_, [&](double gpus) { return inlet_w(server, gpus); });
}

std::span<const double> VmSite::added_m3_per_s(const Vm& vm, ServerId server) const {
  return added(vm, server, added_m3_per_s_, [&](double gpus) { return air(server, gpus); });
}

std::size_t VmSite::opaque_on(ServerId server) const {
  return static_cast<std::size_t>(std::ranges::count_if(stand_[server.index()], &Standing::is_opaque));
}

Power VmSite::expected(ServerId server, Seconds at) const {
  return Power(inlet_w(server, expected_gpus(server, at).value()));
}

Power VmSite::expected_gpus(ServerId server, Seconds at) const {
  return Power(gpus_w(server, load_.in_cycle(load_.number_at(at))));
}

}  // namespace headroom

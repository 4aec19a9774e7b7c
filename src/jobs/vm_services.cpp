#include "jobs/vm_services.hpp"

#include <algorithm>
#include <utility>

#include "jobs/vm_serving_load.hpp"

namespace headroom {

/// Services on machines have one pool each. The first of the servers says in what watts loads are expected.
VmServices::VmServices(const Scenario& scenario, const FleetPlan& plan, const Fleet& fleet, const VmLoad& load)
    : fleet_(fleet), load_(load) {
  const auto services = scenario.all_services();
  const HardwareConfig& hardware = fleet.hardware_of(plan.vm_servers.front());
  const LoadSeries expected = expected_of_serving(scenario, load, {hardware.gpu_power.idle, hardware.gpu.tdp});
  services_.resize(services.size());
  for (std::size_t p = 0; p < plan.pools.size(); ++p) {
    const std::size_t service = plan.pools[p].service.index();
    if (scenario.stands_on_vms(services[service]))
      services_[service] = Service{.pool = PoolId(p), .variant = plan.pools[p].variant, .gpu_w = expected};
  }
}

VariantId VmServices::variant(ServiceId service, TypeId type) const {
  return fleet_.variants().named(service, type, of(service).variant);
}

std::uint32_t VmServices::gpus_of_instance(ServiceId service) const {
  for (std::size_t i = 0; i < fleet_.variants().size(); ++i) {
    const VariantSpec& spec = fleet_.variants()[VariantId(i)].spec;
    if (spec.service == service && spec.name == of(service).variant) return spec.gpus;
  }
  return 0;
}

void VmServices::count(Service& service, double more_gpus) {
  service.gpu_seconds += (fleet_.now() - service.since) * service.gpus;
  service.since = fleet_.now();
  service.gpus += more_gpus;
}

void VmServices::settled(ServiceId id, const VmPlace& place) {
  Service& service = *services_[id.index()];
  count(service, place.gpus);
  service.servers.push_back(place.server);
}

void VmServices::left(ServiceId id, const VmPlace& place) {
  Service& service = *services_[id.index()];
  count(service, -static_cast<double>(place.gpus));
  service.servers.erase(std::ranges::find(service.servers, place.server));
}

void VmServices::measure(std::uint64_t over, VmSite& site) {
  std::vector<Energy> energy(services_.size());
  std::vector<double> gpus(services_.size());  // of instances
  for (std::size_t i = 0; i < fleet_.instances().size(); ++i) {
    const InstanceState& state = fleet_.view()[InstanceId(i)];
    const VariantSpec& spec = fleet_.variants()[state.variant].spec;
    energy[spec.service.index()] += fleet_.instances()[i].gpu_energy(fleet_.now());
    if (state.status != Status::gone) gpus[spec.service.index()] += spec.gpus;
  }
  for (std::size_t s = 0; s < services_.size(); ++s) {
    if (!services_[s]) continue;
    Service& service = *services_[s];
    count(service, 0);
    const Seconds counted = std::exchange(service.gpu_seconds, Seconds());
    const Energy drawn = energy[s] - std::exchange(service.energy, energy[s]);
    if (service.gpus <= 0 || counted <= Seconds()) continue;
    const double empty = std::max(0.0, 1 - gpus[s] / service.gpus);
    const Power mean = drawn / counted + fleet_.hardware_of(service.servers.front()).gpu_power.idle * empty;
    site.renew(service.gpu_w, load_.in_cycle(over), mean.value(), service.servers);
  }
}

}  // namespace headroom

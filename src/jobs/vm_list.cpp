#include "jobs/vm_list.hpp"

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "jobs/vm_generator.hpp"
#include "jobs/vm_table.hpp"

namespace headroom {
namespace {

/// The services that stand on machines, and their shares.
std::vector<Endpoint> endpoints_of(const Scenario& scenario) {
  std::vector<Endpoint> endpoints;
  const auto services = scenario.all_services();
  for (std::size_t s = 0; s < services.size(); ++s) {
    if (!scenario.stands_on_vms(services[s])) continue;
    Endpoint& endpoint = endpoints.emplace_back(Endpoint{ServiceId(s), services[s].called(), 1.0});
    for (const EndpointConfig& config : scenario.workload.vms->endpoints)
      if (config.service == endpoint.name) endpoint.share = config.share;
  }
  return endpoints;
}

}  // namespace

VmList list_vms(const Scenario& scenario, std::size_t places, double most_idle_fraction) {
  const VmsConfig& config = *scenario.workload.vms;
  const std::uint64_t seed = config.seed_or(scenario.seed);
  VmList list;
  if (!config.path.empty()) {
    list = read_vms(config, endpoints_of(scenario), *scenario.duration, most_idle_fraction);
  } else {
    const double part = config.occupied_fraction.value_or(0.9);
    const auto filled = static_cast<std::size_t>(std::round(part * static_cast<double>(places)));
    list = generate_vms(config, endpoints_of(scenario), config.count.value_or(filled), *scenario.duration, seed);
  }
  RandomStream errors(seed, "vms/history_error"), draws(seed, "vms/placement");
  for (VmGroup& group : list.groups) {
    const double error = config.history_error_fraction * std::clamp(errors.normal(), -3.0, 3.0);
    group.was_level_fraction = std::clamp(group.level_fraction * (1 + error), 0.0, 1.0);
  }
  for (VmSpec& machine : list.machines) machine.draw = draws.uniform();
  return list;
}

}  // namespace headroom

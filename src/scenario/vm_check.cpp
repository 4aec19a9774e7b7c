#include <algorithm>

#include "base/text.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/section_check.hpp"
#include "scenario/variants.hpp"

namespace headroom {
namespace {

void check_endpoints(const Scenario& scenario, const Scope& here) {
  const auto services = scenario.all_services();
  std::vector<std::string> known;
  for (const auto& service : services) known.push_back(service.called());
  const VmsConfig& vms = *scenario.workload.vms;
  if (known.empty() && vms.path.empty() && vms.service_fraction > 0)
    here.at("service_fraction").problem("is above 0, but there is no service to run");
  for (std::size_t i = 0; i < vms.endpoints.size(); ++i)
    check_name(vms.endpoints[i].service, known, "service", here.at("endpoints").at(i).at("service"));
}

/// One pool, whose variant is what its machines run, and no servers beside them.
void check_endpoint(const Scenario& scenario, const Scenario::NamedService& service, std::size_t number,
                    const Scope& scope) {
  const VmsConfig& vms = *scenario.workload.vms;
  const auto pools = service.config->all_pools();
  if (service.config->servers)
    scope.at("servers").problem("must be absent: it stands on the machines of /workload/vms");
  if (service.config->counts_instances())
    return scope.at("pools").problem("must not count `instances`: they come with the machines of /workload/vms");
  if (pools.size() > 1)
    return scope.at("pools").problem("must be one: each machine of /workload/vms runs an instance of it");
  for (const VariantSpec& variant : variants_asked_for(scenario))
    if (variant.service == ServiceId(number) && vms.path.empty() && variant.gpus > vms.gpus)
      return (variant.name.empty() ? scope : scope.at("variants").at(variant.name))
          .at("tensor_parallel")
          .problem("is more than the " + std::to_string(vms.gpus) + " GPUs of a machine of /workload/vms");
}

std::uint32_t most_gpus(const Scenario& scenario, const FleetPlan& plan) {
  const auto types = scenario.types();
  std::uint32_t most = 0;
  for (const ServerId server : plan.vm_servers)
    most = std::max(most, types[plan.type_of_server[server.index()].index()]->server.gpus);
  return most;
}

}  // namespace

void check_vms(const Scenario& scenario, const Scope& root) {
  const Scope here = root.at("workload").at("vms");
  const VmsConfig& vms = *scenario.workload.vms;
  if (!scenario.duration) root.at("duration_s").problem("missing: virtual machines do not say how long the run is");
  check_endpoints(scenario, here);
  if (scenario.policy.pools.replace_those_of_the_service())
    root.at("policy").at("pools").problem("cannot divide instances that stand on the machines of /workload/vms");
  const auto services = scenario.all_services();
  for (std::size_t i = 0; i < services.size(); ++i)
    if (scenario.stands_on_vms(services[i])) check_endpoint(scenario, services[i], i, services[i].at(root));
  if (names_nodes(scenario) && !root.at("site").sound()) return;
  const FleetPlan plan = plan_fleet(scenario);
  if (plan.vm_servers.empty())
    return here.problem("has no server: services that do not stand on machines hold them all");
  const std::uint32_t most = most_gpus(scenario, plan);
  if (vms.path.empty() && vms.gpus > most)
    here.at("gpus").problem("is more than the " + std::to_string(most) +
                            " GPUs of the largest server where they may stand");
}

}  // namespace headroom

#include "scenario/section_check.hpp"

namespace headroom {

void check_network(const Scenario& scenario, const Scope& root) {
  const NetworkConfig& network = *scenario.network;
  if (network.kind != NetworkKind::flows) return;
  const Scope scope = root.at("network");
  if (network.rack_uplink_bytes_per_s && scenario.site.levels.empty())
    scope.at("rack_uplink_bytes_per_s").problem("needs racks, but /site/levels has none");
  if (network.nic_bytes_per_s) return;
  for (const HardwareConfig* type : scenario.types())
    if (!type->nic_bytes_per_s)
      return scope.at("nic_bytes_per_s").problem("is missing: the server type " + type->name + " does not say it");
}

}  // namespace headroom

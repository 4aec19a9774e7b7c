#include "engine/network_layout.hpp"

namespace headroom {
namespace {

/// The nodes of the lowest level hold the servers, which follow each other.
void add_racks(const Site& site, double bytes_per_s, NetworkLayout& layout) {
  layout.rack_of.resize(site.servers());
  for (const SiteNode& node : site.nodes()) {
    if (node.level != &site.config().levels.back()) continue;
    for (std::size_t i = 0; i < node.servers; ++i)
      layout.rack_of[node.first_server + i] = static_cast<std::uint32_t>(layout.uplinks.size());
    layout.uplinks.push_back({site.tree().path(node.id), bytes_per_s});
  }
}

}  // namespace

std::optional<NetworkLayout> network_layout(const Scenario& scenario, const FleetPlan& plan, const Site& site) {
  if (!scenario.network || scenario.network->kind != NetworkKind::flows) return std::nullopt;
  const NetworkConfig& config = *scenario.network;
  const auto types = scenario.types();
  NetworkLayout layout;
  for (std::size_t i = 0; i < site.servers(); ++i) {
    const HardwareConfig& type = *types[plan.type_of_server[i].index()];
    const double rate = config.nic_bytes_per_s ? *config.nic_bytes_per_s : *type.nic_bytes_per_s;
    layout.nics.push_back({site.tree().path(site.server(i)), rate});
  }
  if (config.rack_uplink_bytes_per_s) add_racks(site, *config.rack_uplink_bytes_per_s, layout);
  layout.local_bytes_per_s = config.local_bytes_per_s;
  layout.latency = config.latency;
  return layout;
}

}  // namespace headroom

#include "kernel/simgrid/star.hpp"

#include <string>

namespace headroom {
namespace {

namespace s4u = simgrid::s4u;

/// From a host, or a rack, to the middle of its star and back.
void connect(s4u::NetZone& zone, simgrid::kernel::routing::NetPoint* end, simgrid::kernel::routing::NetPoint* gateway,
             const s4u::Link* link) {
  zone.add_route(end, nullptr, gateway, nullptr, {s4u::LinkInRoute(link, s4u::LinkInRoute::Direction::UP)}, true);
}

}  // namespace

/// SimGrid looks through all zones for the name of a link that is new: all links come before the racks.
Star::Star(const NetworkLayout* network) : network_(network), site_(s4u::create_star_zone("site")) {
  if (!network_) return;
  for (std::size_t i = 0; i < network_->nics.size(); ++i) add_links(i);
  std::vector<const s4u::Link*> uplinks;
  for (std::size_t i = 0; i < network_->uplinks.size(); ++i)
    uplinks.push_back(
        site_->create_split_duplex_link("uplink" + std::to_string(i), network_->uplinks[i].bytes_per_s)->seal());
  for (std::size_t i = 0; i < uplinks.size(); ++i) {
    auto* rack = racks_.emplace_back(s4u::create_star_zone("rack" + std::to_string(i)));
    rack->set_parent(site_);
    connect(*site_, rack->get_netpoint(), rack->create_router("gateway" + std::to_string(i)), uplinks[i]);
  }
}

/// The latency of a path is that of the two NICs on it.
void Star::add_links(std::size_t server) {
  const std::string number = std::to_string(server);
  auto* nic = site_->create_split_duplex_link("nic" + number, network_->nics[server].bytes_per_s);
  auto* local = site_->create_link("local" + number, network_->local_bytes_per_s);
  links_.push_back({nic->set_latency(network_->latency.value() / 2)->seal(),
                    local->set_sharing_policy(s4u::Link::SharingPolicy::FATPIPE)->seal()});
}

s4u::Host* Star::add_host(std::size_t server, const std::vector<double>& speeds) {
  auto* zone = racks_.empty() ? site_ : racks_[network_->rack_of[server]];
  auto* host = zone->create_host("server" + std::to_string(server), speeds)->seal();
  if (!network_) return host;
  auto* netpoint = host->get_netpoint();
  connect(*zone, netpoint, nullptr, links_[server].nic);
  zone->add_route(netpoint, netpoint, nullptr, nullptr, {s4u::LinkInRoute(links_[server].local)}, true);
  return host;
}

void Star::seal() {
  for (auto* rack : racks_) rack->seal();
  site_->seal();
}

}  // namespace headroom

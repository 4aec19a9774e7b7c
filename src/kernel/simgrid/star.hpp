#pragma once

#include <cstddef>
#include <simgrid/s4u/Host.hpp>
#include <simgrid/s4u/Link.hpp>
#include <simgrid/s4u/NetZone.hpp>
#include <vector>

#include "kernel/network_layout.hpp"

namespace headroom {

/// SimGrid's hosts in a star: bare ones, or with the links of a network. Racks are zones of their own where their
/// uplinks bind, so that what stays in a rack does not use one.
class Star {
 public:
  /// Without a network hosts are bare. It outlives this.
  explicit Star(const NetworkLayout* network);

  /// The host of the next server, with a pstate for each of these speeds.
  simgrid::s4u::Host* add_host(std::size_t server, const std::vector<double>& speeds);
  void seal();

 private:
  struct Links {
    const simgrid::s4u::Link *nic, *local;
  };
  void add_links(std::size_t server);

  const NetworkLayout* network_;
  simgrid::s4u::NetZone* site_;
  std::vector<Links> links_;                   ///< by server
  std::vector<simgrid::s4u::NetZone*> racks_;  ///< none where uplinks do not bind
};

}  // namespace headroom

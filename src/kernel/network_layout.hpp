#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "headroom/quantity.hpp"

namespace headroom {

/// What flows share: a star of servers, each with a NIC, and of racks with uplinks where these bind. A NIC or an uplink
/// is a link each way.
struct NetworkLayout {
  struct Port {
    std::string name;
    double bytes_per_s = 0;  ///< each way
  };
  std::vector<Port> nics;              ///< by server
  std::vector<Port> uplinks;           ///< by rack; none: they do not bind
  std::vector<std::uint32_t> rack_of;  ///< by server
  double local_bytes_per_s = 0;        ///< from a server to itself, unshared
  Seconds latency{};                   ///< of a flow between servers
};

}  // namespace headroom

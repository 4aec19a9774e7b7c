#pragma once

#include <cstddef>
#include <string>

#include "kernel/network_layout.hpp"

namespace headroom::test {

/// Servers alike, without racks; 10 times as fast within a server.
inline NetworkLayout star_of(std::size_t servers, double nic_bytes_per_s) {
  NetworkLayout layout;
  for (std::size_t i = 0; i < servers; ++i) layout.nics.push_back({"s" + std::to_string(i), nic_bytes_per_s});
  layout.local_bytes_per_s = 10 * nic_bytes_per_s;
  return layout;
}

/// Two racks of servers alike, which stand in turn in one and the other.
inline NetworkLayout two_racks_of(std::size_t servers, double nic_bytes_per_s, double uplink_bytes_per_s) {
  NetworkLayout layout = star_of(servers, nic_bytes_per_s);
  layout.uplinks = {{"r0", uplink_bytes_per_s}, {"r1", uplink_bytes_per_s}};
  for (std::size_t i = 0; i < servers; ++i) layout.rack_of.push_back(static_cast<std::uint32_t>(i % 2));
  return layout;
}

}  // namespace headroom::test

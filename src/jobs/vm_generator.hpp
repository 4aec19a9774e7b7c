#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "jobs/vm_list.hpp"

namespace headroom {

/// A service whose instances stand on virtual machines.
struct Endpoint {
  ServiceId service;
  std::string name;
  double share = 1.0;  ///< of the machines that serve
};

/// `count` machines that stand at time 0, in groups, and those that come when the ones before them are to leave: a
/// machine of an endpoint at once, opaque ones as soon as a whole group has room. A machine that finds no place at once
/// stays as long, and leaves later than it is followed.
[[nodiscard]] VmList generate_vms(const VmsConfig& config, const std::vector<Endpoint>& endpoints, std::size_t count,
                                  Seconds until, std::uint64_t seed);

}  // namespace headroom

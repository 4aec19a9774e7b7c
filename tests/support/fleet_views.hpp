#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "headroom/fleet.hpp"

namespace headroom::test {

/// A pool of so many idle instances, which serves these classes.
inline PoolId add_pool(FleetView& fleet, std::string name, std::initializer_list<ClassId> serves,
                       std::size_t instances) {
  const PoolId pool = fleet.add_pool(std::move(name));
  for (const ClassId id : serves) fleet.serve(id, pool);
  for (std::size_t i = 0; i < instances; ++i) {
    InstanceState state;
    state.pool = pool;
    fleet.add_instance(state);
  }
  return pool;
}

inline constexpr ClassId kLow{0}, kHigh{1};

/// Two instances for the class `kLow` (0, 1), three for `kHigh` (2, 3, 4).
inline FleetView two_pools() {
  FleetView fleet;
  add_pool(fleet, "low", {kLow}, 2);
  add_pool(fleet, "high", {kHigh}, 3);
  return fleet;
}

inline Request of(ClassId id) {
  Request request;
  request.request_class = id;
  return request;
}

}  // namespace headroom::test

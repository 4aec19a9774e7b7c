#pragma once

#include <optional>

#include "headroom/fleet.hpp"
#include "headroom/policy.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// Chooses the instance that serves a request, or none to reject it.
class Router : public Policy {
 public:
  [[nodiscard]] virtual std::optional<InstanceId> route(const Request& request, const FleetView& fleet) = 0;
};

}  // namespace headroom

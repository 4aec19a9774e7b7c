#pragma once

#include <optional>
#include <span>

#include "headroom/fleet.hpp"
#include "headroom/policy.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// Chooses the instance that serves a request, or none to reject it.
class Router : public Policy {
 public:
  /// By what it compares instances: these orders are kept at hand for it.
  [[nodiscard]] virtual std::span<const Order> orders() const { return {}; }
  /// Called once for each arrival that fits into the KV memory of an instance. An instance whose queue is full or that
  /// has no power rejects the request, and so does `nullopt`; nothing is routed twice. An instance that does not exist
  /// ends the run with exit code 3.
  [[nodiscard]] virtual std::optional<InstanceId> route(const Request& request, const FleetView& fleet) = 0;
};

}  // namespace headroom

#pragma once

#include <optional>
#include <span>

#include "headroom/fleet.hpp"
#include "headroom/policy.hpp"
#include "headroom/request.hpp"
#include "headroom/world.hpp"

namespace headroom {

/// Who serves a request: one instance; or one reads its prompt and gives the first token, and another, to which the KV
/// cache travels, the rest.
struct Route {
  InstanceId serve;
  std::optional<InstanceId> decode{};

  Route(InstanceId only) : serve(only) {}
  Route(InstanceId prompt, InstanceId answer) : serve(prompt), decode(answer) {}
  bool operator==(const Route&) const = default;
};

/// Chooses who serves a request, or nobody to reject it.
class Router : public Policy {
 public:
  /// By what it compares instances: these orders are kept at hand for it.
  [[nodiscard]] virtual std::span<const Order> orders() const { return {}; }
  /// Whether it may name two instances: then the scenario must have a network.
  [[nodiscard]] virtual bool hands_over() const { return false; }
  /// Whether it may send a request to another pool of its service than the one that `pool_for` names.
  [[nodiscard]] virtual bool leaves_pools() const { return false; }
  /// What it may know of the run, which outlives it; called once, before the first request.
  virtual void begin(const World& /*world*/) {}
  /// An instance has nothing left to do at the end of a step; only routers that hand over hear of it.
  virtual void idled(InstanceId /*instance*/) {}
  /// Called once for each arrival that fits into the KV memory of an instance. An instance whose queue is full or that
  /// has no power rejects the request, and so does `nullopt`; nothing is routed twice. An instance that does not exist,
  /// or two of different models, end the run with exit code 3.
  [[nodiscard]] virtual std::optional<Route> route(const Request& request, const FleetView& fleet) = 0;
};

}  // namespace headroom

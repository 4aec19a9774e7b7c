#pragma once

#include <array>

#include "headroom/router.hpp"

namespace headroom {

/// The open instance of a request's pool that is least in an order.
template <Order order>
class LeastBy : public Router {
 public:
  std::span<const Order> orders() const override {
    static constexpr std::array named = {order};
    return named;
  }
  std::optional<Route> route(const Request& request, const FleetView& fleet) override {
    const auto pool = fleet.pool_for(request);
    return pool ? fleet.least(*pool, order, request) : std::nullopt;
  }
};

}  // namespace headroom

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "headroom/router.hpp"

namespace headroom {

/// Who gets a request among instances that have equally little to do.
enum class Ties : std::uint8_t { lowest_id, next };

inline std::array<std::string_view, 2> words_of(Ties) {
  return {"lowest_id", "next"};
}

/// The open instance of a request's pool that is least in an order.
template <Order order>
class LeastBy : public Router {
 public:
  void fields(Fields& f) override {
    f("ties", ties_,
      "who is chosen among equals: \"lowest_id\", so that a fleet with little to do works at its low end and rests at "
      "the "
      "other; \"next\", the one after the one chosen last, so that all work alike");
  }
  std::span<const Order> orders() const override {
    static constexpr std::array named = {order};
    return named;
  }
  std::optional<Route> route(const Request& request, const FleetView& fleet) override {
    const auto pool = fleet.pool_for(request);
    if (!pool) return std::nullopt;
    return ties_ == Ties::lowest_id ? fleet.least(*pool, order, request) : next(*pool, request, fleet);
  }

 private:
  std::optional<InstanceId> next(PoolId pool, const Request& request, const FleetView& fleet) {
    last_.resize(fleet.pools());
    std::optional<InstanceId>& last = last_[pool.index()];
    const auto chosen = last ? fleet.next_least(pool, order, request, *last) : fleet.least(pool, order, request);
    if (chosen) last = chosen;
    return chosen;
  }

  Ties ties_ = Ties::lowest_id;
  std::vector<std::optional<InstanceId>> last_;  ///< chosen, by pool
};

}  // namespace headroom

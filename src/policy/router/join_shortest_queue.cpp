#include <array>
#include <memory>

#include "headroom/recipe.hpp"
#include "headroom/router.hpp"

namespace headroom {

/// Join-shortest-queue as Splitwise (ISCA'24) uses it: a queue is as long as its prompt tokens still to prefill.
class JoinShortestQueue : public Router {
 public:
  std::span<const Order> orders() const override {
    static constexpr std::array named = {Order::pending_tokens};
    return named;
  }
  std::optional<InstanceId> route(const Request& request, const FleetView& fleet) override {
    const auto pool = fleet.pool_for(request);
    return pool ? fleet.least(*pool, Order::pending_tokens, request) : std::nullopt;
  }
};

namespace kinds {
Kind<Router> join_shortest_queue() {
  return kind_of<Router, JoinShortestQueue>("join_shortest_queue",
                                            "the instance with the fewest prompt tokens pending (Splitwise's JSQ)");
}
}  // namespace kinds

}  // namespace headroom

#include <memory>

#include "headroom/recipe.hpp"
#include "headroom/router.hpp"

namespace headroom {

/// Join-shortest-queue as Splitwise (ISCA'24) uses it: a queue is as long as its prompt tokens still to prefill.
class JoinShortestQueue : public Router {
 public:
  std::optional<InstanceId> route(const Request& request, const FleetView& fleet) override {
    return fleet.least_pending_tokens(fleet.pool_for(request.priority));
  }
};

namespace kinds {
Kind<Router> join_shortest_queue() {
  return kind_of<Router, JoinShortestQueue>("join_shortest_queue",
                                            "the instance with the fewest prompt tokens pending (Splitwise's JSQ)");
}
}  // namespace kinds

}  // namespace headroom

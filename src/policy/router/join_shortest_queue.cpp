#include <memory>

#include "headroom/router.hpp"

namespace headroom {

/// Join-shortest-queue as Splitwise (ISCA'24) uses it: a queue is as long as its prompt tokens still to prefill.
class JoinShortestQueue : public Router {
 public:
  std::optional<InstanceId> route(const Request& request, const FleetView& fleet) override {
    return fleet.least_pending_tokens(fleet.pool_for(request.priority));
  }
};

std::unique_ptr<Router> make_join_shortest_queue() {
  return std::make_unique<JoinShortestQueue>();
}

}  // namespace headroom

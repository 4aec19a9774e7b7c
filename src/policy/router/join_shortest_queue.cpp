#include "headroom/recipe.hpp"
#include "policy/router/least_by.hpp"

namespace headroom::kinds {

/// Join-shortest-queue as Splitwise (ISCA'24) uses it: a queue is as long as its prompt tokens still to prefill.
Kind<Router> join_shortest_queue() {
  return kind_of<Router, LeastBy<Order::pending_tokens>>(
      "join_shortest_queue", "the instance with the fewest prompt tokens pending (Splitwise's JSQ)");
}

}  // namespace headroom::kinds

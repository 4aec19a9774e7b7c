#include "headroom/recipe.hpp"
#include "policy/router/least_by.hpp"

namespace headroom::kinds {

/// Vidur's "least outstanding requests", which counts those alone that wait: queues are mostly empty, so the first
/// instance gets most.
Kind<Router> fewest_waiting() {
  return kind_of<Router, LeastBy<Order::waiting>>(
      "fewest_waiting", "the instance with the fewest requests in its queue, running ones aside (Vidur's lor)");
}

}  // namespace headroom::kinds

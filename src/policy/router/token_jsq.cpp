#include "headroom/recipe.hpp"
#include "policy/router/least_by.hpp"

namespace headroom::kinds {

/// Join-shortest-queue of tokens as SplitwiseSim does it: a queue is as long as its prompt tokens still to prefill, and
/// one token for each request that is not done.
Kind<Router> token_jsq() {
  return kind_of<Router, LeastBy<Order::work_tokens>>(
      "token_jsq", "the instance with the fewest prompt tokens pending and requests, one token each (SplitwiseSim)");
}

}  // namespace headroom::kinds

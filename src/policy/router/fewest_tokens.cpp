#include "headroom/recipe.hpp"
#include "policy/router/least_by.hpp"

namespace headroom::kinds {

/// How Murakkab's requests are sent among instances of one operating point (our choice). It knows answers in advance.
Kind<Router> fewest_tokens() {
  return kind_of<Router, LeastBy<Order::promised_tokens>>(
      "fewest_tokens",
      "the instance with the fewest tokens of the prompts and answers that it has not done; an oracle");
}

}  // namespace headroom::kinds

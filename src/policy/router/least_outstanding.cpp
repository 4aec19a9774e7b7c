#include "headroom/recipe.hpp"
#include "policy/router/least_by.hpp"

namespace headroom::kinds {

Kind<Router> least_outstanding() {
  return kind_of<Router, LeastBy<Order::outstanding>>("least_outstanding",
                                                      "the instance with the fewest requests waiting or running");
}

}  // namespace headroom::kinds

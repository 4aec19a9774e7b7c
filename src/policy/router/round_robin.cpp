#include <memory>
#include <vector>

#include "headroom/recipe.hpp"
#include "headroom/router.hpp"

namespace headroom {

class RoundRobin : public Router {
 public:
  std::optional<Route> route(const Request& request, const FleetView& fleet) override {
    const auto pool = fleet.pool_for(request);
    if (!pool) return std::nullopt;
    const auto members = fleet.members(*pool);
    next_.resize(fleet.pools(), 0);
    std::size_t& next = next_[pool->index()];
    for (std::size_t tried = 0; tried < members.size(); ++tried) {
      if (next >= members.size()) next = 0;
      const InstanceId chosen = members[next++];
      if (fleet[chosen].is_open() && fleet[chosen].holds(request)) return chosen;
    }
    return std::nullopt;
  }

 private:
  std::vector<std::size_t> next_;
};

namespace kinds {
Kind<Router> round_robin() {
  return kind_of<Router, RoundRobin>("round_robin", "each instance of the pool in turn");
}
}  // namespace kinds

}  // namespace headroom

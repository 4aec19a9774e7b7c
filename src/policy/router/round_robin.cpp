#include <memory>
#include <vector>

#include "headroom/recipe.hpp"
#include "headroom/router.hpp"

namespace headroom {

class RoundRobin : public Router {
 public:
  std::optional<InstanceId> route(const Request& request, const FleetView& fleet) override {
    const PoolId pool = fleet.pool_for(request.priority);
    next_.resize(fleet.pools(), 0);
    std::size_t& next = next_[pool.index()];
    for (std::size_t tried = 0; tried < fleet.instances(pool); ++tried) {
      const InstanceId chosen = fleet.instance(pool, next);
      next = next + 1 == fleet.instances(pool) ? 0 : next + 1;
      if (fleet.load(chosen).up) return chosen;
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

#include <memory>
#include <vector>

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

std::unique_ptr<Router> make_round_robin() {
  return std::make_unique<RoundRobin>();
}

}  // namespace headroom

#include "headroom/recipe.hpp"
#include "headroom/router.hpp"

namespace headroom {

/// StreamWise (arXiv 2603.05800): of the instances that have nothing to do, the one that is expected to be done first;
/// where none is free, nobody.
class ShortestRuntime : public Router {
 public:
  void begin(const World& world) override { catalogue_ = world.catalogue; }

  std::optional<Route> route(const Request& request, const FleetView& fleet) override {
    std::optional<Route> best;
    Seconds least{};
    const auto pool = fleet.pool_for(request);
    if (!pool) return best;
    for (const InstanceId id : fleet.members(*pool)) {
      const InstanceState& state = fleet[id];
      if (!state.is_open() || state.load.outstanding > 0) continue;
      const Seconds time = catalogue_->runtime(state.variant, request);
      if (best && time >= least) continue;
      best = Route(id);
      least = time;
    }
    return best;
  }

 private:
  const Catalogue* catalogue_ = nullptr;
};

namespace kinds {
Kind<Router> shortest_runtime() {
  return kind_of<Router, ShortestRuntime>(
      "shortest_runtime", "the free instance that is done first; none is free: nobody, and stages of jobs wait");
}
}  // namespace kinds

}  // namespace headroom

#include <algorithm>
#include <optional>
#include <vector>

#include "headroom/profile.hpp"
#include "headroom/recipe.hpp"
#include "headroom/router.hpp"
#include "policy/dynamo/reading_rates.hpp"

namespace headroom {
namespace {

/// DynamoLLM's router (arXiv 2408.00741, section IV): of the instances of a pool whose load stays inside what keeps the
/// latency targets, and whose backlog does, the one whose energy the request adds least to. A pool that has none passes
/// the request on to the next one, for longer requests; where nobody has, it goes where the load is smallest for its
/// size.
class LeastEnergy final : public Router {
 public:
  bool needs_profile() const override { return true; }
  bool follows_arrivals() const override { return true; }
  bool leaves_pools() const override { return true; }
  void begin(const World& world) override { world_ = &world; }

  std::optional<Route> route(const Request& request, const FleetView& fleet) override {
    const auto pool = fleet.pool_for(request);
    if (!pool) return std::nullopt;
    const auto& pools = pools_beside(*pool);
    const auto own = std::ranges::find(pools, *pool);
    for (auto at = own; at != pools.end(); ++at)
      if (const auto found = cheapest(*at, request, fleet)) return found;
    for (auto at = pools.end(); at != pools.begin();)
      if (const auto found = emptiest(*--at, request, fleet)) return found;
    return std::nullopt;
  }

 private:
  /// Those of the service, in their order.
  [[nodiscard]] const std::vector<PoolId>& pools_beside(PoolId pool) const {
    std::size_t i = 0;
    while (std::ranges::find(world_->services[i].pools, pool) == world_->services[i].pools.end()) ++i;
    return world_->services[i].pools;
  }

  [[nodiscard]] static bool takes(const InstanceState& state, const Request& request) {
    return state.is_open() && state.holds(request);
  }

  /// Whether what is to be read before a request's answer, and itself, takes no longer than its target.
  [[nodiscard]] bool reads_in_time(const InstanceState& state, const Request& request) {
    const auto target = world_->classes[request.seen_class().index()].ttft;
    if (!target || state.load.pending_tokens == 0) return true;
    const double tokens = static_cast<double>(state.load.pending_tokens) + request.input_tokens;
    return tokens <= rates_(*world_, state.variant, state.clock) * target->value();
  }

  [[nodiscard]] std::optional<InstanceId> cheapest(PoolId pool, const Request& request, const FleetView& fleet) {
    const Profile& profile = *world_->profile;
    const double more = request.input_tokens / ArrivalWindow::kLongest.value();
    std::optional<InstanceId> best;
    Power least;
    for (const InstanceId id : fleet.members(pool)) {
      const InstanceState& state = fleet[id];
      if (!takes(state, request)) continue;
      const double load = fleet.tokens_per_s(id, ArrivalWindow::kLongest, request.arrival) / state.weight;
      const Hertz highest = profile.highest_clock(state.variant);
      const double most = profile.largest_load(state.variant, pool, highest);
      if (load + more > most || !reads_in_time(state, request)) continue;
      const Hertz clock = load + more > profile.largest_load(state.variant, pool, state.clock) ? highest : state.clock;
      const Power added = profile.power(state.variant, pool, clock, load + more) -
                          profile.power(state.variant, pool, state.clock, load);
      if (best && added >= least) continue;
      best = id;
      least = added;
    }
    return best;
  }

  /// By load over what its GPUs are.
  [[nodiscard]] std::optional<InstanceId> emptiest(PoolId pool, const Request& request, const FleetView& fleet) const {
    std::optional<InstanceId> best;
    double least = 0;
    for (const InstanceId id : fleet.members(pool)) {
      const InstanceState& state = fleet[id];
      if (!takes(state, request)) continue;
      const double load = static_cast<double>(state.load.pending_tokens + state.load.outstanding) / state.weight /
                          world_->variants[state.variant.index()].gpus;
      if (best && load >= least) continue;
      best = id;
      least = load;
    }
    return best;
  }

  const World* world_ = nullptr;
  ReadingRates rates_;
};

}  // namespace

namespace kinds {
Kind<Router> least_energy() {
  return kind_of<Router, LeastEnergy>("least_energy",
                                      "the instance that adds least energy and keeps the latency targets (DynamoLLM)");
}
}  // namespace kinds

}  // namespace headroom

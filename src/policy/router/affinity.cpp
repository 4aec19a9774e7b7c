#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "headroom/recipe.hpp"
#include "headroom/router.hpp"
#include "policy/tapas/configurations.hpp"

namespace headroom {
namespace {

/// SplitMix64 (Steele, Lea and Flood 2014), as a number in [0, 1).
double scattered(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1.0p-53;
}

/// TAPAS's load balancer, the fast half (ASPLOS 2025, section 4.2): to the instance that served the customer last, then
/// to the busiest that has room, so that others may rest, and where none has, to the least busy. An instance has room
/// below a part of the requests in flight that it has at its goodput, while what is to be read there is read in time.
/// No trace names customers: they are drawn by Zipf's law.
class Affinity final : public Router {
 public:
  void fields(Fields& f) override {
    f("customers", customers_, "of each pool; 0: nobody is known again", Range::between(0, 1e6));
    f("full_fraction", full_, "of the requests in flight at its goodput, up to which an instance has room",
      Range::multiple());
    f("seed", seed_, "of which customer a request is from", Range::between(0, 9e15));
    f.part(request_);
  }

  void begin(const World& world) override {
    world_ = &world;
    double sum = 0;
    for (std::uint32_t i = 0; i < customers_; ++i) up_to_.push_back(sum += 1.0 / (i + 1));
  }

  std::optional<Route> route(const Request& request, const FleetView& fleet) override {
    const auto pool = fleet.pool_for(request);
    if (!pool) return std::nullopt;
    std::optional<InstanceId>* last = up_to_.empty() ? nullptr : &last_of(*pool, customer_of(request));
    if (last && *last && takes(fleet[**last], request, *pool) && has_room(**last, fleet)) return **last;
    const auto chosen = busiest_with_room(*pool, request, fleet);
    if (last && chosen) *last = chosen;
    return chosen;
  }

 private:
  /// What an instance holds at its goodput, at the clock for which that was asked.
  struct Full {
    Hertz clock{};
    double requests = 0;
    double tokens = 0;  ///< of prompts, that it reads within the limit for the first token
  };

  [[nodiscard]] static bool takes(const InstanceState& state, const Request& request, PoolId pool) {
    return state.pool == pool && state.is_open() && state.holds(request);
  }

  [[nodiscard]] std::size_t customer_of(const Request& request) const {
    const double at = scattered(request.id ^ (seed_ << 32)) * up_to_.back();
    return static_cast<std::size_t>(std::ranges::upper_bound(up_to_, at) - up_to_.begin());
  }

  std::optional<InstanceId>& last_of(PoolId pool, std::size_t customer) {
    const std::size_t index = pool.index() * up_to_.size() + customer;
    if (last_.size() <= index) last_.resize((pool.index() + 1) * up_to_.size());
    return last_[index];
  }

  [[nodiscard]] Full full(const InstanceState& state) const {
    const Catalogue& models = *world_->catalogue;
    const std::uint32_t batch = world_->most_sequences;
    const Estimate unloaded = models.estimate(state.variant, request_.load(1e-6, batch), state.clock);
    const double most = goodput(models, request_, state.variant, batch, state.clock,
                                unloaded.ttft * request_.slo_factor, unloaded.tbt * request_.slo_factor);
    return {state.clock, models.estimate(state.variant, request_.load(most, batch), state.clock).batch,
            request_.input_tokens * request_.slo_factor};
  }

  [[nodiscard]] bool has_room(InstanceId id, const FleetView& fleet) {
    if (full_of_.size() <= id.index()) full_of_.resize(fleet.instances());
    Full& known = full_of_[id.index()];
    const InstanceState& state = fleet[id];
    if (known.clock != state.clock) known = known_before(state);
    return state.load.outstanding < full_ * state.weight * known.requests &&
           static_cast<double>(state.load.pending_tokens) < state.weight * known.tokens;
  }

  /// Each variant and clock is asked about once.
  Full known_before(const InstanceState& state) {
    const auto is_same = [&](const Known& one) {
      return one.variant == state.variant && one.full.clock == state.clock;
    };
    const auto found = std::ranges::find_if(asked_, is_same);
    if (found != asked_.end()) return found->full;
    asked_.push_back({state.variant, full(state)});
    return asked_.back().full;
  }

  [[nodiscard]] std::optional<InstanceId> busiest_with_room(PoolId pool, const Request& request,
                                                            const FleetView& fleet) {
    std::optional<InstanceId> busiest, least;
    for (const InstanceId id : fleet.members(pool)) {
      const InstanceState& state = fleet[id];
      if (!takes(state, request, pool)) continue;
      const std::uint32_t busy = state.load.outstanding;
      if (!least || busy < fleet[*least].load.outstanding) least = id;
      if ((!busiest || busy > fleet[*busiest].load.outstanding) && has_room(id, fleet)) busiest = id;
    }
    return busiest ? busiest : least;
  }

  struct Known {
    VariantId variant;
    Full full;
  };

  std::uint32_t customers_ = 200;
  double full_ = 0.8;
  std::uint64_t seed_ = 1;
  MeanRequest request_;
  const World* world_ = nullptr;
  std::vector<double> up_to_;                    ///< sums of Zipf's weights
  std::vector<std::optional<InstanceId>> last_;  ///< by pool, then customer
  std::vector<Full> full_of_;                    ///< by instance
  std::vector<Known> asked_;
};

}  // namespace

namespace kinds {
Kind<Router> affinity() {
  return kind_of<Router, Affinity>(
      "affinity", "the instance that served the customer before, else the busiest that has room (TAPAS)");
}
}  // namespace kinds

}  // namespace headroom

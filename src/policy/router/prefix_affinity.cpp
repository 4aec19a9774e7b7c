#include <memory>
#include <utility>

#include "headroom/recipe.hpp"
#include "headroom/router.hpp"

namespace headroom {

/// Mooncake's cache-aware choice (FAST'25), in tokens: who would have read the prompt first, since it has the least to
/// read before and of it.
class PrefixAffinity : public Router {
 public:
  std::optional<Route> route(const Request& request, const FleetView& fleet) override {
    const auto pool = fleet.pool_for(request);
    if (!pool) return std::nullopt;
    std::optional<Route> chosen;
    Figure least{};
    for (const InstanceId id : fleet.members(*pool)) {
      if (!fleet[id].is_open() || !fleet[id].holds(request)) continue;
      const Figure figure = figure_of(id, request, fleet);
      if (chosen && figure >= least) continue;
      chosen = id;
      least = figure;
    }
    return chosen;
  }

 private:
  using Figure = std::pair<double, std::uint32_t>;  ///< tokens to read; requests there, among equals

  static Figure figure_of(InstanceId id, const Request& request, const FleetView& fleet) {
    const InstanceState& state = fleet[id];
    const std::uint64_t tokens = state.load.pending_tokens + request.input_tokens - fleet.cached_tokens(id, request);
    return {static_cast<double>(tokens) / state.weight, state.load.outstanding};
  }
};

namespace kinds {
Kind<Router> prefix_affinity() {
  return kind_of<Router, PrefixAffinity>(
      "prefix_affinity",
      "the instance with the fewest tokens to prefill, what its prefix cache lacks of the prompt included (Mooncake)");
}
}  // namespace kinds

}  // namespace headroom

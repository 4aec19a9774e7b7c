#include <array>
#include <memory>

#include "headroom/recipe.hpp"
#include "headroom/router.hpp"

namespace headroom {

class LeastOutstanding : public Router {
 public:
  std::span<const Order> orders() const override {
    static constexpr std::array named = {Order::outstanding};
    return named;
  }
  std::optional<InstanceId> route(const Request& request, const FleetView& fleet) override {
    const auto pool = fleet.pool_for(request);
    return pool ? fleet.least(*pool, Order::outstanding, request) : std::nullopt;
  }
};

namespace kinds {
Kind<Router> least_outstanding() {
  return kind_of<Router, LeastOutstanding>("least_outstanding",
                                           "the instance with the fewest requests waiting or running");
}
}  // namespace kinds

}  // namespace headroom

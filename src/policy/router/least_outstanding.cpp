#include <memory>

#include "headroom/recipe.hpp"
#include "headroom/router.hpp"

namespace headroom {

class LeastOutstanding : public Router {
 public:
  std::optional<InstanceId> route(const Request& request, const FleetView& fleet) override {
    return fleet.least_outstanding(fleet.pool_for(request.priority));
  }
};

namespace kinds {
Kind<Router> least_outstanding() {
  return kind_of<Router, LeastOutstanding>("least_outstanding",
                                           "the instance with the fewest requests waiting or running");
}
}  // namespace kinds

}  // namespace headroom

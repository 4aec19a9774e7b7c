#include <memory>

#include "headroom/router.hpp"

namespace headroom {

class LeastOutstanding : public Router {
 public:
  std::optional<InstanceId> route(const Request& request, const FleetView& fleet) override {
    return fleet.least_outstanding(fleet.pool_for(request.priority));
  }
};

std::unique_ptr<Router> make_least_outstanding() {
  return std::make_unique<LeastOutstanding>();
}

}  // namespace headroom

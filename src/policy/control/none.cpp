#include <memory>

#include "headroom/controller.hpp"

namespace headroom {

/// Does nothing: what the load would draw if nobody limited it.
class NoControl : public Controller {
 public:
  Seconds period() const override { return Seconds(3600.0); }
  void control(const SiteTelemetry&, Actions&) override {}
};

std::unique_ptr<Controller> make_none() {
  return std::make_unique<NoControl>();
}

}  // namespace headroom

#include <memory>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"

namespace headroom {

/// Does nothing: what the load would draw if nobody limited it.
class NoControl : public Controller {
 public:
  bool follows_power() const override { return false; }
  Seconds period() const override { return Seconds(3600.0); }
  void control(const ControlView&, Actions&) override {}
};

namespace kinds {
Kind<Controller> none() {
  return kind_of<Controller, NoControl>("none", "no limit at all: the reference for impact");
}
}  // namespace kinds

}  // namespace headroom

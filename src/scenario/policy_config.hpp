#pragma once

#include <string>
#include <vector>

#include "headroom/batch_scheduler.hpp"
#include "headroom/controller.hpp"
#include "headroom/placement.hpp"
#include "headroom/recipe.hpp"
#include "headroom/router.hpp"

namespace headroom {

/// A controller of any built-in kind.
struct ControllerConfig : Recipe<Controller> {
  ControllerConfig();
};

/// Who decides: one router, one batch scheduler, who stands where at the start, any number of controllers.
struct PolicyConfig {
  std::string name;
  Recipe<Router> router;
  Recipe<BatchScheduler> batching;
  Recipe<Placement> placement;
  std::vector<ControllerConfig> controllers;
  PolicyConfig();
  void fields(Fields& f);
};

}  // namespace headroom

#pragma once

#include <memory>
#include <vector>

#include "headroom/recipe.hpp"
#include "headroom/smoother.hpp"

namespace headroom {

/// A kind of smoothing with its parameters, and whether a job uses it.
struct SmoothingStage {
  Recipe<Smoother> smoother;
  bool enabled = false;
  void fields(Fields& f);
};

/// What smooths the power of jobs: every kind there is, by its name, in the order in which power passes them.
struct SmoothingConfig {
  std::vector<SmoothingStage> stages;
  SmoothingConfig();
  void fields(Fields& f);

  /// The longest that an enabled stage takes to settle.
  [[nodiscard]] Seconds settling() const;
  /// New stages of those that are enabled and stand at this place.
  [[nodiscard]] std::vector<std::unique_ptr<Smoother>> make(SmootherPlace place) const;
};

}  // namespace headroom

#pragma once

#include <limits>

#include "headroom/step.hpp"

namespace headroom {

/// What somebody measured, or another simulator takes, a step to last.
class StepTable {
 public:
  struct Time {
    Seconds duration{};
    double valid_to_context = std::numeric_limits<double>::infinity();  ///< as in StepCost; constant up to there
  };

  virtual ~StepTable() = default;
  /// Of a step that has tokens. Throws InputError where the table does not say it.
  [[nodiscard]] virtual Time time(const StepShape& step) const = 0;
};

}  // namespace headroom

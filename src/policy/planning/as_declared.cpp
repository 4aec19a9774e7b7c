#include "headroom/planner.hpp"
#include "headroom/recipe.hpp"

namespace headroom {

/// Stages as the template has them: in order of jobs and stages, all at the best quality.
class AsDeclared : public Planner {
 public:
  [[nodiscard]] bool sets_deadlines() const override { return false; }
};

namespace kinds {
Kind<Planner> as_declared() {
  return kind_of<Planner, AsDeclared>("as_declared", "jobs and stages in order of coming, at the best quality");
}
}  // namespace kinds

}  // namespace headroom

#include "training/overshoot.hpp"

#include <algorithm>
#include <utility>

namespace headroom {

bool Overshoot::next(WaveStep& step) {
  if (rest_.duration > Seconds{}) {
    step = std::exchange(rest_, WaveStep{});
    return true;
  }
  if (!inner_->next(step)) return false;
  if (step.kind != PhaseKind::compute) left_ = Seconds{};
  else if (before_.kind != PhaseKind::compute && step.power > before_.power) left_ = config_.duration;
  before_ = step;
  if (!(left_ > Seconds{})) return true;
  rest_ = step;
  step.duration = std::min(left_, step.duration);
  step.power *= config_.ratio;
  rest_.duration -= step.duration;
  left_ -= step.duration;
  return true;
}

}  // namespace headroom

#include "model/performance/point_model.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace headroom {

PointModel::PointModel(std::vector<PointTime> points, const GpuSpec& gpu, Power idle_loaded)
    : points_(std::move(points)), idle_loaded_(idle_loaded), max_clock_(gpu.max_clock.value()) {}

StepCost PointModel::cost(const StepShape& step, Hertz clock) const {
  StepCost cost;
  const double sequences = step.decodes + step.prefill_sequences;
  if (sequences <= 0) return cost;
  const auto above = std::ranges::find_if(points_, [&](const PointTime& one) { return one.sequences >= sequences; });
  const PointTime& right = above != points_.end() ? *above : points_.back();
  const PointTime& left = above == points_.begin() || above == points_.end() ? right : *std::prev(above);
  const double between =
      right.sequences > left.sequences ? (sequences - left.sequences) / (right.sequences - left.sequences) : 0.0;
  const double seconds = std::lerp(left.tpot.value(), right.tpot.value(), between);
  const auto above_idle = [&](const PointTime& point) {
    return point.power ? (*point.power / static_cast<double>(point.gpus) - idle_loaded_).value() : 0.0;
  };
  const double slower = clock.value() == max_clock_ ? 1.0 : clock_.stretch(max_clock_ / clock.value()).memory;
  cost.base = cost.busy = Seconds(seconds * slower);
  cost.flops = seconds * std::lerp(above_idle(left), above_idle(right), between);
  return cost;
}

}  // namespace headroom

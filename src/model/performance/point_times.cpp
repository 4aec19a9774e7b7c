#include "model/performance/point_times.hpp"

#include <algorithm>

namespace headroom {

void PointTime::fields(Fields& f) {
  f("gpu", gpu, "which GPU, as /hardware/gpu/name; empty: any");
  f("gpus", gpus, "GPUs of the instance", Range::between(1, 1024));
  f.required("sequences", sequences, "in its batch; the most of its points are the most that it takes at a time",
             Range::between(1, 65536));
  f.required("tpot_s", tpot, "time between two tokens of each, at the highest clock", Range::period());
  f("power_w", power, "of all GPUs of the instance meanwhile; absent: as idle with a model loaded", Range::power());
}

std::vector<PointTime> points_of(const std::vector<PointTime>& all, const std::string& gpu, std::uint32_t gpus) {
  std::vector<PointTime> points;
  std::ranges::copy_if(all, std::back_inserter(points), [&](const PointTime& one) { return one.is_of(gpu, gpus); });
  std::ranges::stable_sort(points, {}, &PointTime::sequences);
  return points;
}

}  // namespace headroom

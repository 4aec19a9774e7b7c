#include "facility/supported_clocks.hpp"

#include <algorithm>

namespace headroom {

std::vector<Hertz> supported_clocks(const GpuSpec& gpu) {
  std::vector<Hertz> clocks;
  for (int step = 0;; ++step) {
    const Hertz clock = gpu.max_clock - gpu.clock_step * static_cast<double>(step);
    if (clock < gpu.min_clock) break;
    clocks.push_back(clock);
  }
  const bool listed = std::ranges::any_of(clocks, [&](Hertz c) { return same_clock(c, gpu.brake_clock); });
  if (!listed) clocks.push_back(gpu.brake_clock);
  return clocks;
}

}  // namespace headroom

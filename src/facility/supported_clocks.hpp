#pragma once

#include <vector>

#include "headroom/gpu.hpp"

namespace headroom {

/// The SM clocks a GPU supports, from the highest down, and last the power brake's.
[[nodiscard]] std::vector<Hertz> supported_clocks(const GpuSpec& gpu);

}  // namespace headroom

#pragma once

#include <string>
#include <vector>

#include "headroom/quantity.hpp"

namespace headroom {

/// Temperatures of the racks over time.
struct HeatResult {
  struct Rack {
    std::string path;
    std::vector<double> gpu_c;    ///< by bin: hottest die
    std::vector<double> inlet_c;  ///< by bin: warmest inlet of its servers
  };
  Seconds bin{};
  std::vector<Rack> racks;  ///< the nodes that hold servers
};

}  // namespace headroom

#pragma once

#include "headroom/fields.hpp"

namespace headroom {

/// What a run says of the energy of its requests, beside what it draws.
struct QueryEnergyConfig {
  double pue_ratio = 1;
  void fields(Fields& f) {
    f("pue_ratio", pue_ratio,
      "power usage effectiveness: energy of the site with its cooling over that of what is simulated, servers and the "
      "losses of the power tree",
      Range::between(1, 10));
  }
};

}  // namespace headroom

#pragma once

#include "headroom/fields.hpp"

namespace headroom {

/// The GPUs of the servers that a pool holds, whether used or not.
struct PoolResult {
  double gpu_hours = 0;
  Energy gpu_energy{};

  void fields(Fields& f) const {
    f("gpu_hours", gpu_hours, "that it held, used or not");
    f("gpu_kwh", gpu_energy, "drawn by these GPUs");
  }
};

}  // namespace headroom

#pragma once

#include "headroom/fields.hpp"

namespace headroom {

/// The GPUs of the servers that a pool holds, whether used or not; of one that counts instances, those of its
/// instances.
struct PoolResult {
  double gpu_hours = 0;
  Energy gpu_energy{};

  void fields(Fields& f) const {
    f("gpu_hours", gpu_hours, "that it held, used or not; of a pool that counts instances, those of its instances");
    f("gpu_kwh", gpu_energy, "drawn by these GPUs");
  }
};

}  // namespace headroom

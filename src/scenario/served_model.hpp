#pragma once

#include <cstdint>

#include "model/performance/roofline.hpp"
#include "model/power/gpu_power.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// The language model that a fleet serves, on its GPUs.
struct ServedModel {
  ServedModel(const HardwareConfig& hardware, const ServingConfig& serving);

  RooflineModel performance;
  EnergyRoofline power;
  std::uint64_t kv_capacity_tokens;
};

}  // namespace headroom

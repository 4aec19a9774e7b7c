#pragma once

#include <cstdint>

#include "model/performance/roofline.hpp"
#include "model/power/gpu_power.hpp"
#include "scenario/variants.hpp"

namespace headroom {

/// The language model of a variant on its GPUs.
struct ServedModel {
  /// Of a variant that fits.
  explicit ServedModel(const VariantSpec& variant);

  RooflineModel performance;
  EnergyRoofline power;
  std::uint64_t kv_capacity_tokens;
};

}  // namespace headroom

#include "scenario/served_model.hpp"

#include <cmath>

#include "model/gpu_memory.hpp"

namespace headroom {

ServedModel::ServedModel(const VariantSpec& variant)
    : performance(variant.model, variant.hardware.gpu, variant.stack.on(variant.hardware.gpu.name), variant.gpus),
      power(
          variant.hardware.gpu_power, variant.hardware.gpu, variant.gpus,
          flop_energy_ratio(variant.hardware.gpu_power, variant.hardware.gpu, variant.gpus, variant.config.input_data)),
      kv_capacity_tokens(static_cast<std::uint64_t>(
          std::floor(headroom::kv_capacity_tokens(variant.model, variant.hardware.gpu, variant.stack, variant.gpus)))) {
}

}  // namespace headroom

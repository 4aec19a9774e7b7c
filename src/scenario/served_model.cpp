#include "scenario/served_model.hpp"

#include <cmath>

#include "model/gpu_memory.hpp"

namespace headroom {

ServedModel::ServedModel(const HardwareConfig& hardware, const ServingConfig& serving)
    : performance(serving.model, hardware.gpu, serving.stack.on(hardware.gpu.name), serving.tensor_parallel),
      power(hardware.gpu_power, hardware.gpu, serving.tensor_parallel,
            flop_energy_ratio(hardware.gpu_power, hardware.gpu, serving.tensor_parallel, serving.input_data)),
      kv_capacity_tokens(static_cast<std::uint64_t>(std::floor(
          headroom::kv_capacity_tokens(serving.model, hardware.gpu, serving.stack, serving.tensor_parallel)))) {}

}  // namespace headroom

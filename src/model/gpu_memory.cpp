#include "model/gpu_memory.hpp"

namespace headroom {

double usable_bytes(const GpuSpec& gpu, const StackProfile& stack) {
  return gpu.memory_bytes * stack.memory_fraction - stack.reserve_bytes;
}

double kv_capacity_tokens(const Architecture& architecture, const GpuSpec& gpu, const StackProfile& stack,
                          std::uint32_t tensor_parallel) {
  const double usable = tensor_parallel * usable_bytes(gpu, stack);
  return (usable - architecture.weight_bytes()) /
         (tensor_parallel * architecture.kv_bytes_per_token_on_each(tensor_parallel));
}

}  // namespace headroom

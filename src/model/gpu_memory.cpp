#include "model/gpu_memory.hpp"

namespace headroom {

double usable_bytes(const Architecture& architecture, const GpuSpec& gpu, const StackProfile& stack) {
  const bool mixture = architecture.experts.experts > 0;
  const double reserve = mixture ? stack.mixture_reserve_bytes.value_or(stack.reserve_bytes) : stack.reserve_bytes;
  return gpu.memory_bytes * stack.memory_fraction - reserve;
}

double kv_capacity_tokens(const Architecture& architecture, const GpuSpec& gpu, const StackProfile& stack,
                          std::uint32_t tensor_parallel, std::uint32_t stages) {
  const double usable = tensor_parallel * stages * usable_bytes(architecture, gpu, stack);
  return (usable - architecture.weight_bytes()) /
         (tensor_parallel * architecture.kv_bytes_per_token_on_each(tensor_parallel));
}

}  // namespace headroom

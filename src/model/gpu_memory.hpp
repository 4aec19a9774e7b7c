#pragma once

#include <cstdint>

#include "headroom/gpu.hpp"
#include "model/performance/architecture.hpp"
#include "model/performance/stack.hpp"

namespace headroom {

/// Memory of a GPU that weights and KV cache may take.
[[nodiscard]] double usable_bytes(const Architecture& architecture, const GpuSpec& gpu, const StackProfile& stack);

/// Tokens that the KV cache of an instance holds: what the stack may use of its GPUs' memory, less weights and reserve.
/// Zero or negative where the weights do not fit. Weights are taken to divide evenly over the GPUs, of which each of
/// the pipeline's stages has `tensor_parallel`.
[[nodiscard]] double kv_capacity_tokens(const Architecture& architecture, const GpuSpec& gpu, const StackProfile& stack,
                                        std::uint32_t tensor_parallel, std::uint32_t stages = 1);

}  // namespace headroom

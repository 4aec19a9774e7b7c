#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "headroom/gpu.hpp"
#include "model/performance/architecture.hpp"
#include "model/performance/parallelism.hpp"
#include "model/performance/stack.hpp"

namespace headroom {

/// A model on the GPUs of a server.
struct PlacedModel {
  const Architecture& model;
  const StackProfile& stack;
  const GpuSpec& gpu;
  std::uint32_t gpus = 1;  ///< of the server
  Parallelism parallelism{};
};

/// What is wrong with spreading the model over that many GPUs, one sentence each: they must divide the server and the
/// heads, keep KV heads whole (or replicate them evenly), and hold the weights; stages of a pipeline must divide the
/// layers, and they and groups of GPUs the server.
[[nodiscard]] std::vector<std::string> check_placement(const PlacedModel& placement, std::uint32_t tensor_parallel);

}  // namespace headroom

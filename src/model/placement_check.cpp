#include "model/placement_check.hpp"

#include <array>
#include <cstdio>

#include "base/text.hpp"
#include "model/gpu_memory.hpp"

namespace headroom {
namespace {

constexpr double kGib = 0x1.0p30;

/// What does not divide evenly.
std::vector<std::string> check_division(const PlacedModel& placement, std::uint32_t degree) {
  const auto& [model, stack, gpu, gpus, parallelism] = placement;
  std::vector<std::string> parts;
  if (degree == 0 || gpus % degree != 0) parts.push_back(std::to_string(gpus) + " GPUs of a server");
  if (degree > 0 && degree <= gpus) {
    if (model.heads % degree != 0) parts.push_back(std::to_string(model.heads) + " heads of the model");
    else if (model.kv_heads % degree != 0 && degree % model.kv_heads != 0)
      parts.push_back(std::to_string(model.kv_heads) + " KV heads of the model, or be a multiple of them");
  }
  if (parts.empty()) return {};
  return {"must divide the " + join(parts, " and the ")};
}

/// What does not divide evenly of stages and groups.
std::vector<std::string> check_parallelism(const PlacedModel& placement, std::uint32_t degree) {
  const auto& [stages, hand_over, groups, group_tokens, merge] = placement.parallelism;
  if (placement.model.layers % stages != 0)
    return {"goes with " + std::to_string(stages) + " pipeline stages, which must divide the " +
            std::to_string(placement.model.layers) + " layers of the model"};
  const std::uint64_t all = std::uint64_t{degree} * stages * groups;
  if (placement.gpus % all != 0 && all % placement.gpus != 0)
    return {"times " + std::to_string(stages) + " pipeline stages times " + std::to_string(groups) +
            " KV groups must divide the " + std::to_string(placement.gpus) +
            " GPUs of a server, or be those of several servers"};
  return {};
}

/// Room for a prompt of one token and its answer, at least.
bool fits(const PlacedModel& placement, std::uint32_t degree) {
  return kv_capacity_tokens(placement.model, placement.gpu, placement.stack, degree, placement.parallelism.stages) >= 2;
}

std::string gib(double bytes) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f GiB", bytes / kGib);
  return text.data();
}

std::string too_large(const PlacedModel& placement, std::uint32_t degree) {
  const auto& [model, stack, gpu, gpus, parallelism] = placement;
  const double usable = usable_bytes(model, gpu, stack);
  std::string text = model.name + " needs " + gib(model.weight_bytes() / degree / parallelism.stages) +
                     " for weights on each GPU, of which " + gib(usable) + " are usable; ";
  for (std::uint32_t more = degree + 1; more <= gpus; ++more)
    if (check_division(placement, more).empty() && check_parallelism(placement, more).empty() && fits(placement, more))
      return text + "use tensor parallelism of at least " + std::to_string(more);
  return text + "the " + std::to_string(gpus) + " GPUs of a server cannot hold it";
}

}  // namespace

std::vector<std::string> check_placement(const PlacedModel& placement, std::uint32_t tensor_parallel) {
  auto problems = check_division(placement, tensor_parallel);
  if (problems.empty()) problems = check_parallelism(placement, tensor_parallel);
  if (problems.empty() && !fits(placement, tensor_parallel)) problems.push_back(too_large(placement, tensor_parallel));
  return problems;
}

}  // namespace headroom

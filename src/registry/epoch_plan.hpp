#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "registry/configuration_choice.hpp"

namespace headroom {

/// Requests of a workflow under one of its SLOs.
struct SloDemand {
  SloBound bound;
  double requests_per_s = 0;
};

/// The part of a demand that one option serves.
struct RoutedPart {
  WorkflowOption option;
  double fraction = 0;  ///< of what is served of the demand
};

/// Instances for an epoch, and who is sent where: the entries of the registry.
struct EpochPlan {
  std::vector<std::uint32_t> instances;         ///< by operating point
  std::vector<std::vector<RoutedPart>> routes;  ///< by demand
  std::vector<double> served_fraction;          ///< by demand; below 1 where GPUs are too few
  std::uint64_t nodes = 0;
  bool proven = true;

  [[nodiscard]] double usd_per_h(const WorkflowRegistry& registry) const;
  [[nodiscard]] std::uint64_t gpus(const WorkflowRegistry& registry) const;
};

/// The least cost of instances that serve all demands at the 90th percentile of their tokens, on the GPUs that there
/// are. `epoch` is what a message calls it. Throws InputError where GPUs are too few, unless the registry says to serve
/// most.
[[nodiscard]] EpochPlan plan_epoch(const WorkflowRegistry& registry, const std::vector<SloDemand>& demands,
                                   const std::string& epoch);

}  // namespace headroom

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "trace/classes.hpp"
#include "trace/prompt_blocks.hpp"
#include "workload/workload_config.hpp"

namespace headroom {

/// One type of request that is generated: with two lengths that do not depend on each other, or with pairs of a trace.
struct SyntheticType {
  std::string name;
  double share = 1.0;  ///< of all requests, among the shares of the others
  TypeClasses classes;
  std::unique_ptr<LengthSampler> input{};
  std::unique_ptr<LengthSampler> output{};
  TypePairs pairs{};
  std::optional<ImageCountsConfig> images{};  ///< none: text alone
  std::optional<SharedPrefixes> prefixes{};   ///< where somebody asks for blocks
};

/// The types of a generated workload, whose classes are added to the table.
[[nodiscard]] std::vector<SyntheticType> synthetic_types(const SyntheticConfig& config, ClassTable& table,
                                                         std::uint64_t seed, const std::string& where,
                                                         PromptBlocks blocks, Warnings& warnings);

}  // namespace headroom

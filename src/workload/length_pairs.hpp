#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/fields.hpp"
#include "trace/length_types.hpp"

namespace headroom {

/// A trace whose requests lend a generated workload their types and lengths; when they came does not count.
struct LengthPairsConfig {
  std::string path;
  std::optional<LengthTypesConfig> types;
  double high_priority_share = 0.5;
  void fields(Fields& fields);
  void check(const Scope& scope) const;
};

/// Input and output of one request.
struct LengthPair {
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
};

/// The requests of one type.
struct TypePairs {
  std::string name;
  std::vector<LengthPair> pairs;
  [[nodiscard]] double mean_input_tokens() const;
};

/// Reads the pairs of each type, types in their order in the trace or by length; 8 bytes a row.
[[nodiscard]] std::vector<TypePairs> read_pairs(const LengthPairsConfig& config, const std::string& where,
                                                Warnings& warnings);

}  // namespace headroom

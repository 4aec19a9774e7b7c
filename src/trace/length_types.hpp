#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// How one side of requests, their inputs or outputs, is divided by length.
struct LengthPartsConfig {
  std::vector<std::uint32_t> thresholds;
  std::optional<std::uint32_t> parts;
  void fields(Fields& fields);
  void check(const Scope& scope) const;
};

/// Types of request by length; a side that is absent is not divided.
struct LengthTypesConfig {
  std::optional<LengthPartsConfig> input;
  std::optional<LengthPartsConfig> output;
  void fields(Fields& fields);
  void check(const Scope& scope) const;
};

/// The types of request by length, each a part of the inputs and a part of the outputs: part 0 is below the first
/// threshold, part 1 below the second. Types are in order of the input, then of the output; those that do not occur
/// may be left out.
class LengthTypes {
 public:
  /// The thresholds must not fall.
  LengthTypes(std::vector<std::uint32_t> input, std::vector<std::uint32_t> output);

  /// The index of a request's type in names(); `kNone` where that was left out.
  [[nodiscard]] std::uint32_t index_of(std::uint32_t input_tokens, std::uint32_t output_tokens) const;
  /// Leaves out the types whose index is not marked.
  void keep(const std::vector<bool>& marked);

  /// `SM` for short inputs and medium outputs, `i2o4` where a side has more than three parts.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const std::vector<std::uint32_t>& input_thresholds() const { return input_; }
  [[nodiscard]] const std::vector<std::uint32_t>& output_thresholds() const { return output_; }

  static constexpr std::uint32_t kNone = UINT32_MAX;

 private:
  std::vector<std::uint32_t> input_;
  std::vector<std::uint32_t> output_;
  std::vector<std::uint32_t> index_;  ///< by part of the input, then of the output
  std::vector<std::string> names_;
};

}  // namespace headroom

#include "trace/length_types.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>

namespace headroom {
namespace {

constexpr std::uint32_t most_parts = 16;
constexpr Range threshold_range = Range::between(1, 1e7);

std::uint32_t part_of(std::uint32_t tokens, const std::vector<std::uint32_t>& thresholds) {
  return static_cast<std::uint32_t>(std::ranges::upper_bound(thresholds, tokens) - thresholds.begin());
}

/// Empty for a side that is not divided.
std::string letter(std::size_t part, std::size_t parts) {
  constexpr std::array<std::string_view, 4> letters{"", "", "SL", "SML"};
  return parts == 1 ? "" : std::string(1, letters[parts][part]);
}

std::string number(char side, std::size_t part, std::size_t parts) {
  return parts == 1 ? "" : side + std::to_string(part + 1);
}

}  // namespace

void LengthPartsConfig::fields(Fields& fields) {
  fields("thresholds", thresholds, "rising lengths in tokens: the first part is below the first of them",
         threshold_range);
  fields("parts", parts, "so many parts of equal share instead, by quantiles of the rows that are replayed",
         Range::between(1, most_parts));
}

void LengthPartsConfig::check(const Scope& scope) const {
  if (thresholds.empty() != parts.has_value()) scope.problem("must have either thresholds or parts");
  if (std::ranges::adjacent_find(thresholds, std::greater_equal<>()) != thresholds.end())
    scope.at("thresholds").problem("must rise");
  if (thresholds.size() >= most_parts)
    scope.at("thresholds").problem("must be at most 15, which make " + std::to_string(most_parts) + " parts");
}

void LengthTypesConfig::fields(Fields& fields) {
  fields("input", input, "parts of the inputs, called S, M, L (two of them: S, L; more: i1, i2, ...)");
  fields("output", output, "parts of the outputs, called alike (more: o1, o2, ...)");
}

void LengthTypesConfig::check(const Scope& scope) const {
  if (!input && !output) scope.problem("must divide the input, the output or both");
}

LengthTypes::LengthTypes(std::vector<std::uint32_t> input, std::vector<std::uint32_t> output)
    : input_(std::move(input)), output_(std::move(output)) {
  const std::size_t inputs = input_.size() + 1;
  const std::size_t outputs = output_.size() + 1;
  const bool lettered = std::max(inputs, outputs) <= 3;
  for (std::size_t i = 0; i < inputs; ++i)
    for (std::size_t o = 0; o < outputs; ++o) {
      index_.push_back(static_cast<std::uint32_t>(names_.size()));
      names_.push_back(lettered ? letter(i, inputs) + letter(o, outputs)
                                : number('i', i, inputs) + number('o', o, outputs));
    }
}

std::uint32_t LengthTypes::index_of(std::uint32_t input_tokens, std::uint32_t output_tokens) const {
  const std::size_t cell = part_of(input_tokens, input_) * (output_.size() + 1) + part_of(output_tokens, output_);
  return index_[cell];
}

void LengthTypes::keep(const std::vector<bool>& marked) {
  std::vector<std::string> kept;
  for (std::uint32_t& index : index_) {
    if (index == kNone) continue;
    if (!marked[index]) {
      index = kNone;
      continue;
    }
    kept.push_back(std::move(names_[index]));
    index = static_cast<std::uint32_t>(kept.size() - 1);
  }
  names_ = std::move(kept);
}

}  // namespace headroom

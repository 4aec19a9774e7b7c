#pragma once

#include <string>
#include <vector>

#include "compare/comparison.hpp"

namespace headroom {

/// A move in a few words: of what, and how: `brakes`, `0 -> 3`; `low e2e_s p99`, `+4 %`.
struct MoveWords {
  std::string what, how;
};
[[nodiscard]] MoveWords words_for(const Move& move);

/// The moves that matter most, not more than some: by topic, then in the order of the comparison. Rounding errors do
/// only where nothing else moved.
[[nodiscard]] std::vector<Move> weightiest(const Comparison& comparison, std::size_t most);

/// `3 of 214 values moved beyond their tolerance`, or that none did.
[[nodiscard]] std::string count_sentence(const Comparison& comparison);

/// Text that stays in its line.
[[nodiscard]] std::string one_line(std::string text);

/// A value for people: six digits of a number that is not whole.
[[nodiscard]] std::string brief(const Json& value);

}  // namespace headroom

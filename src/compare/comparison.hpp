#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compare/result_table.hpp"
#include "compare/tolerance.hpp"
#include "config/json.hpp"

namespace headroom {

/// What happened to a value, a row or a column between two results.
enum class MoveKind { changed, gone, appeared };

constexpr std::array<std::string_view, 3> words_of(MoveKind) {
  return {"changed", "gone", "new"};
}

/// Something that differs by more than its tolerance.
struct Move {
  MoveKind kind = MoveKind::changed;
  std::string pointer;         ///< empty for a whole row
  std::string point;           ///< of a sweep; empty for a whole column and the study
  std::optional<Json> base{};  ///< none where it is not there, and for a column
  std::optional<Json> now{};
  std::optional<double> change{};             ///< of a number
  std::optional<double> relative_fraction{};  ///< the change over the base value, where that is not 0
  Tolerance tolerance{};
};

struct Comparison {
  std::size_t compared = 0;  ///< values; a row or column that only one side has counts as one
  std::size_t equal = 0;
  std::size_t within = 0;   ///< moved, but not beyond their tolerance
  std::vector<Move> moved;  ///< what has no relative change in the order of the base, then the largest first
};

/// Throws an InputError where one result is of a run and one of a sweep, or the sweeps have different axes.
void check_comparable(const ResultTable& base, const ResultTable& now);

/// All pointers of two results, and the empty one, for which a tolerance can be given.
[[nodiscard]] std::vector<std::string> pointers_of(const ResultTable& base, const ResultTable& now);

/// Compares two comparable results value by value: of runs by their pointers, of sweeps by point and column.
[[nodiscard]] Comparison compare(const ResultTable& base, const ResultTable& now, const Tolerances& tolerances);

}  // namespace headroom

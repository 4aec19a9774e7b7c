#pragma once

#include <string>
#include <vector>

#include "config/json.hpp"

namespace headroom {

/// How large a value of a point may be.
struct ChoiceLimit {
  std::string pointer;  ///< a column of the sweep
  double most = 0;
};

/// Which points of a sweep keep all limits, and which of these has the least of a column.
struct PointChoice {
  std::size_t chosen = 0;       ///< among the rows
  std::vector<std::size_t> by;  ///< the points that are done, by that column; the first of the file among equals
  std::vector<bool> keeps;      ///< in that order
};

/// The limits of `--limit`, each `POINTER=MOST`.
[[nodiscard]] std::vector<ChoiceLimit> choice_limits(const std::vector<std::string>& assignments);

/// Reads the points of a sweep.json. Throws InputError where a column is no number in them, or no point keeps the
/// limits: that one names the closest, by the limit that it passes most.
[[nodiscard]] PointChoice choose_point(const Json& sweep, const std::string& file, const std::string& least,
                                       const std::vector<ChoiceLimit>& limits);

/// The points by that column, a line each, and the answer in a sentence.
[[nodiscard]] std::string choice_text(const PointChoice& choice, const Json& sweep, const std::string& least,
                                      const std::vector<ChoiceLimit>& limits);

}  // namespace headroom

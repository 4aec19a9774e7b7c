#pragma once

#include <string>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// Requests of a workflow in each minute of a day: a column of a table, or a curve through values at equal steps that
/// comes back to its beginning.
struct MinuteLoadConfig {
  std::string path, column;
  std::vector<double> values;
  double step_min = 60;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Requests a minute, by minute. Throws InputError where the table lacks a minute.
[[nodiscard]] std::vector<double> minute_load(const MinuteLoadConfig& config);

}  // namespace headroom

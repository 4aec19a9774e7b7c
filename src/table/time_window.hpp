#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/fields.hpp"
#include "table/utc_time.hpp"

namespace headroom {

/// The part of a table that is read: rows from `from` on, which is time 0 of the run, to before `until`. Each is null,
/// a number of seconds after the first row, or text with a date.
struct WindowConfig {
  JsonText from;
  JsonText until;
  void fields(Fields& fields);
  void check(const Scope& scope) const;
};

/// The same on the clock of the table, its end excluded.
struct TimeWindow {
  WallTime start{};
  bool cuts_start = false;
  std::optional<WallTime> end;

  [[nodiscard]] bool is_behind_end(WallTime time) const { return end && !is_before(time, *end); }
  /// What a user should know of a window that goes on after the last row; empty where it hardly does.
  [[nodiscard]] std::string excess_over(WallTime last) const;
};

/// The window of a table whose first row is at `first` and which stands at `pointer`. Throws InputError where a date is
/// asked of times without dates, or the window is empty.
[[nodiscard]] TimeWindow window_of(const WindowConfig& config, WallTime first, const std::string& pointer);

}  // namespace headroom

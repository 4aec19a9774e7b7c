#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/fields.hpp"
#include "table/utc_time.hpp"

namespace headroom {

struct TraceConfig;

/// Adds what is wrong with a moment of a trace: null, a number of seconds, or text with a date.
void check_moment(const JsonText& moment, const std::string& pointer, std::vector<Problem>& problems);

/// The part of a trace that is read, from `start` on, which is time 0, to `end`, which is excluded.
struct TraceWindow {
  WallTime start{};
  bool cuts_start = false;
  std::optional<WallTime> end;
};

/// The window of a trace whose first row is at `first`. Throws InputError where a date is asked of times without dates,
/// or the window is empty.
[[nodiscard]] TraceWindow window_of(const TraceConfig& config, WallTime first);

}  // namespace headroom

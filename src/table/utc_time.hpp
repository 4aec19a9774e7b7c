#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace headroom {

/// A point in time as whole seconds since 1970-01-01 UTC (or another fixed date) and a fraction in [0, 1), so that
/// differences keep every digit.
struct WallTime {
  std::int64_t whole_s = 0;
  double fraction_s = 0.0;
};

/// Seconds from one time to another, negative where `to` is earlier.
[[nodiscard]] inline double seconds_between(WallTime from, WallTime to) {
  return static_cast<double>(to.whole_s - from.whole_s) + (to.fraction_s - from.fraction_s);
}

[[nodiscard]] inline bool is_before(WallTime a, WallTime b) {
  return a.whole_s != b.whole_s ? a.whole_s < b.whole_s : a.fraction_s < b.fraction_s;
}

/// The date that was read last, which the next row mostly has too, the second at which it begins, and whether a zone
/// stood behind it.
struct LastDate {
  std::array<char, 10> text{'1', '9', '7', '0', '-', '0', '1', '-', '0', '1'};
  std::int64_t start_s = 0;
  bool has_zone = false;
};

/// Reads `2023-11-16 18:15:46.6805900`: also with slashes in the date, `T` for the space, a comma or any number of
/// digits in the fraction, and a zone behind it: `Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+02`, after a blank or not. A
/// date alone is its midnight.
[[nodiscard]] bool parse_wall_time(std::string_view text, WallTime& time, LastDate& last);
[[nodiscard]] inline bool parse_wall_time(std::string_view text, WallTime& time) {
  LastDate none;
  return parse_wall_time(text, time, none);
}

/// Writes the time that is so many ticks of 100 ns (at least 0) after `origin_s`, in the layout of the Azure traces.
void append_wall_time(std::string& text, std::int64_t origin_s, std::int64_t ticks);

}  // namespace headroom

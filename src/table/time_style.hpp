#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "table/column.hpp"
#include "table/utc_time.hpp"

namespace headroom {

/// How a column writes times: as dates, or as numbers in a unit.
enum class TimeStyle : std::uint8_t { date, s, ms, us, ns };
inline std::array<std::string_view, 5> words_of(TimeStyle) {
  return {"date", "s", "ms", "us", "ns"};
}

/// Reads a time; a number counts from any origin, every digit of it matters.
[[nodiscard]] bool parse_time(std::string_view text, TimeStyle style, WallTime& time, LastDate& last);
[[nodiscard]] inline bool parse_time(std::string_view text, TimeStyle style, WallTime& time) {
  LastDate none;
  return parse_time(text, style, time, none);
}

/// The unit that a header says: `time_ms`, `Timestamp [us]`.
[[nodiscard]] std::optional<TimeStyle> style_of_unit(std::string_view unit);

/// Whether a header counts times in a unit that is not read: minutes, hours, days.
[[nodiscard]] bool is_long_unit(std::string_view unit);

/// What is wrong with a text that is no date which is read.
[[nodiscard]] std::string date_problem(std::string_view text);

/// What one value of a column says: a date; or the unit in which it is a time between 2000 and 2100 counted from 1970.
[[nodiscard]] std::optional<TimeStyle> style_of_value(std::string_view text);

}  // namespace headroom

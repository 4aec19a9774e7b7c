#include "table/time_window.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "config/json.hpp"

namespace headroom {
namespace {

constexpr double longest_s = 1e9;
constexpr double kFilled = 0.99;                      // of a window: the last row comes a little before its end
constexpr std::int64_t earliest_date_s = 31'536'000;  // times of less than a year since 1970 are no dates

/// The moment on the clock of the trace; nothing where none is given.
std::optional<WallTime> moment_of(const JsonText& moment, WallTime first, const std::string& pointer) {
  const Json value = Json::parse(moment.text);
  if (value.is_null()) return std::nullopt;
  WallTime time;
  if (value.is_string()) {
    if (first.whole_s < earliest_date_s)
      throw InputError(pointer, "is a date, but the times of the table are not: give seconds after its first row");
    (void)parse_wall_time(value.get<std::string>(), time);  // check_moment has seen that it is one
    return time;
  }
  const double after_s = value.get<double>();
  const double fraction_s = first.fraction_s + (after_s - std::floor(after_s));
  time.whole_s = first.whole_s + static_cast<std::int64_t>(std::floor(after_s) + std::floor(fraction_s));
  time.fraction_s = fraction_s - std::floor(fraction_s);
  return time;
}

void check_moment(const JsonText& moment, const Scope& scope) {
  const Json value = Json::parse(moment.text);
  if (value.is_null()) return;
  WallTime time;
  if (value.is_string() && parse_wall_time(value.get<std::string>(), time)) return;
  if (value.is_number() && value.get<double>() >= 0.0 && value.get<double>() <= longest_s) return;
  scope.problem("must be seconds after the first row, from 0 to 1e9, or a date like 2023-11-16 18:15:46");
}

}  // namespace

void WindowConfig::fields(Fields& fields) {
  fields("from_s", from,
         "time 0 of the run, in seconds after the first row, or a date as text; rows before are left out");
  fields("until_s", until, "rows at or after it are left out; likewise");
}

void WindowConfig::check(const Scope& scope) const {
  check_moment(from, scope.at("from_s"));
  check_moment(until, scope.at("until_s"));
}

std::string TimeWindow::excess_over(WallTime last) const {
  if (!end) return {};
  const double length_s = seconds_between(start, *end), filled_s = seconds_between(start, last);
  if (filled_s >= kFilled * length_s) return {};
  return "the last row is " + shortest(std::round(filled_s * 1e3) / 1e3) + " s after the start of a window of " +
         shortest(length_s) + " s: rows fill " + shortest(std::round(1000 * std::max(0.0, filled_s) / length_s) / 10) +
         " % of it";
}

TimeWindow window_of(const WindowConfig& config, WallTime first, const std::string& pointer) {
  TimeWindow window{first, false, moment_of(config.until, first, pointer + "/until_s")};
  if (const auto from = moment_of(config.from, first, pointer + "/from_s")) {
    window.start = *from;
    window.cuts_start = true;
  }
  if (window.end && !is_before(window.start, *window.end))
    throw InputError(pointer + "/until_s", "is not after the start of the window");
  return window;
}

}  // namespace headroom

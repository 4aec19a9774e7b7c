#include "table/time_style.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace headroom {
namespace {

constexpr std::array<std::int64_t, 5> per_second{1, 1, 1'000, 1'000'000, 1'000'000'000};
constexpr std::uint64_t largest_s = 1'000'000'000'000;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

/// A number in scientific notation, or of more digits than a whole number holds.
bool parse_wide(std::string_view text, double parts, WallTime& time) {
  double value = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const double time_s = value / parts;
  if (error != std::errc() || stop != text.data() + text.size() || !(std::abs(time_s) <= largest_s)) return false;
  time.whole_s = static_cast<std::int64_t>(std::floor(time_s));
  time.fraction_s = time_s - std::floor(time_s);
  return true;
}

/// A number of `parts` of a second.
bool parse_number(std::string_view text, std::int64_t parts, WallTime& time) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::uint64_t whole = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, whole);
  if (error != std::errc() || (stop != end && *stop != '.')) return parse_wide(text, static_cast<double>(parts), time);
  double below = 0.0;
  if (stop != end && stop + 1 != end) {
    const auto [last, wrong] = std::from_chars(stop, end, below, std::chars_format::fixed);
    if (wrong != std::errc() || last != end) return parse_wide(text, static_cast<double>(parts), time);
  }
  const auto divisor = static_cast<std::uint64_t>(parts);
  if (whole / divisor > largest_s) return false;
  time.whole_s = static_cast<std::int64_t>(whole / divisor);
  time.fraction_s = (static_cast<double>(whole % divisor) + below) / static_cast<double>(parts);
  return true;
}

}  // namespace

bool parse_time(std::string_view text, TimeStyle style, WallTime& time, LastDate& last) {
  if (style == TimeStyle::date) return parse_wall_time(text, time, last);
  return parse_number(text, per_second[static_cast<std::size_t>(style)], time);
}

std::optional<TimeStyle> style_of_unit(std::string_view unit) {
  const std::string word = lower_case(unit);
  if (word == "s" || word == "sec" || word == "second" || word == "seconds") return TimeStyle::s;
  if (word == "ms" || word == "milliseconds") return TimeStyle::ms;
  if (word == "us" || word == "\u00b5s" || word == "\u03bcs" || word == "microseconds") return TimeStyle::us;
  if (word == "ns" || word == "nanoseconds") return TimeStyle::ns;
  return std::nullopt;
}

bool is_long_unit(std::string_view unit) {
  constexpr std::array<std::string_view, 11> words{"min", "mins", "minute", "minutes", "h",   "hr",
                                                   "hrs", "hour", "hours",  "d",       "days"};
  return std::ranges::find(words, lower_case(unit)) != words.end();
}

std::string date_problem(std::string_view text) {
  return '"' + std::string(text.substr(0, 60)) +
         "\" is not a date that is read: write it year first, as 2023-11-16 18:15:46.68, with Z or +01:00 behind it "
         "where it is not UTC (no names of zones, no AM or PM)";
}

std::optional<TimeStyle> style_of_value(std::string_view text) {
  WallTime time;
  if (parse_wall_time(text, time)) return TimeStyle::date;
  constexpr std::int64_t year_2000_s = 946'684'800;
  constexpr std::int64_t year_2100_s = 4'102'444'800;
  for (const TimeStyle style : {TimeStyle::s, TimeStyle::ms, TimeStyle::us, TimeStyle::ns})
    if (parse_time(text, style, time) && time.whole_s >= year_2000_s && time.whole_s < year_2100_s) return style;
  return std::nullopt;
}

}  // namespace headroom

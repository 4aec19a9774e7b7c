#include "table/utc_time.hpp"

#include <chrono>
#include <cstddef>

namespace headroom {
namespace {

/// Takes exactly `count` digits off the front of the text.
bool take_digits(std::string_view& text, std::size_t count, unsigned& value) {
  if (text.size() < count) return false;
  value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + static_cast<unsigned>(text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text, std::int64_t& days) {
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const char between = text.size() > 4 && text[4] == '/' ? '/' : '-';
  if (!take_digits(text, 4, year) || !take(text, between) || !take_digits(text, 2, month) || !take(text, between) ||
      !take_digits(text, 2, day))
    return false;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return false;
  days = std::chrono::sys_days(date).time_since_epoch().count();
  return true;
}

bool take_clock(std::string_view& text, std::int64_t& seconds) {
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  if (!take_digits(text, 2, hour) || !take(text, ':') || !take_digits(text, 2, minute) || !take(text, ':') ||
      !take_digits(text, 2, second))
    return false;
  seconds = static_cast<std::int64_t>(hour) * 3600 + static_cast<std::int64_t>(minute) * 60 + second;
  return hour < 24 && minute < 60 && second < 60;
}

/// Digits beyond the eighteenth are read and dropped.
bool take_fraction(std::string_view& text, double& fraction) {
  std::uint64_t digits = 0;
  double scale = 1.0;
  std::size_t count = 0;
  for (; count < text.size() && text[count] >= '0' && text[count] <= '9'; ++count) {
    if (count >= 18) continue;
    digits = digits * 10 + static_cast<std::uint64_t>(text[count] - '0');
    scale *= 10.0;
  }
  text.remove_prefix(count);
  fraction = static_cast<double>(digits) / scale;
  return count > 0;
}

/// Takes a zone, after a blank or not: `Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+02`; none means UTC.
bool take_zone(std::string_view& text, std::int64_t& offset_s) {
  if (text.empty()) return true;
  take(text, ' ');
  for (const std::string_view word : {"Z", "z", "UTC", "GMT"}) {
    if (text != word) continue;
    text = {};
    return true;
  }
  const bool east = text.starts_with('+');
  if (!east && !text.starts_with('-')) return false;
  text.remove_prefix(1);
  unsigned hour = 0;
  unsigned minute = 0;
  if (!take_digits(text, 2, hour)) return false;
  if (!text.empty()) {
    take(text, ':');
    if (!take_digits(text, 2, minute)) return false;
  }
  const auto size = static_cast<std::int64_t>(hour) * 3600 + static_cast<std::int64_t>(minute) * 60;
  offset_s = east ? size : -size;
  return hour < 24 && minute < 60;
}

}  // namespace

bool parse_wall_time(std::string_view text, WallTime& time) {
  std::int64_t days = 0;
  std::int64_t seconds = 0;
  std::int64_t offset_s = 0;
  if (!take_date(text, days) || (!take(text, ' ') && !take(text, 'T')) || !take_clock(text, seconds)) return false;
  time.fraction_s = 0.0;
  if ((take(text, '.') || take(text, ',')) && !take_fraction(text, time.fraction_s)) return false;
  if (!take_zone(text, offset_s) || !text.empty()) return false;
  time.whole_s = days * 86400 + seconds - offset_s;
  return true;
}

void append_wall_time(std::string& text, std::int64_t origin_s, std::int64_t ticks) {
  const std::chrono::sys_seconds instant{std::chrono::seconds(origin_s + ticks / 10'000'000)};
  const auto midnight = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(midnight);
  const auto seconds = static_cast<unsigned>((instant - midnight).count());
  const auto put = [&text](unsigned value, std::size_t width) {
    text.append(width, '0');
    for (std::size_t i = 1; value > 0 && i <= width; ++i, value /= 10)
      text[text.size() - i] = static_cast<char>('0' + value % 10);
  };
  put(static_cast<unsigned>(static_cast<int>(date.year())), 4);
  text += '-';
  put(static_cast<unsigned>(date.month()), 2);
  text += '-';
  put(static_cast<unsigned>(date.day()), 2);
  text += ' ';
  put(seconds / 3600, 2);
  text += ':';
  put(seconds / 60 % 60, 2);
  text += ':';
  put(seconds % 60, 2);
  text += '.';
  put(static_cast<unsigned>(ticks % 10'000'000), 7);
}

}  // namespace headroom

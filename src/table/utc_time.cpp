#include "table/utc_time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace headroom {
namespace {

bool take_two_digits(std::string_view& text, unsigned& value) {
  if (text.size() < 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return false;
  value = static_cast<unsigned>(10 * (text[0] - '0') + text[1] - '0');
  text.remove_prefix(2);
  return true;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

/// The number that two digits at a place make; 100 where they are none.
inline unsigned two_digits(std::string_view text, std::size_t at) {
  const unsigned tens = static_cast<unsigned char>(text[at]) - unsigned{'0'};
  const unsigned ones = static_cast<unsigned char>(text[at + 1]) - unsigned{'0'};
  return tens > 9 || ones > 9 ? 100 : 10 * tens + ones;
}

/// Makes `last` the date `2023-11-16` or `2023/11/16` at the front of a text.
bool read_date(std::string_view text, LastDate& last) {
  const unsigned century = two_digits(text, 0);
  const unsigned year = two_digits(text, 2);
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(100 * century + year)),
                                         std::chrono::month(two_digits(text, 5)),
                                         std::chrono::day(two_digits(text, 8))};
  const bool is_separated = (text[4] == '-' || text[4] == '/') && text[7] == text[4];
  if (!is_separated || century > 99 || year > 99 || !date.ok()) return false;
  std::copy_n(text.begin(), last.text.size(), last.text.begin());
  last.start_s = std::int64_t{std::chrono::sys_days(date).time_since_epoch().count()} * 86400;
  return true;
}

/// Takes `2023-11-16 18:15:46` off the front, also with slashes and `T`. Places are fixed, which is what makes it
/// quick.
inline bool take_date_and_clock(std::string_view& text, std::int64_t& seconds, LastDate& last) {
  if (text.size() < 19) return false;
  if (!std::equal(last.text.begin(), last.text.end(), text.begin()) && !read_date(text, last)) return false;
  const unsigned hour = two_digits(text, 11);
  const unsigned minute = two_digits(text, 14);
  const unsigned second = two_digits(text, 17);
  const bool is_separated = (text[10] == ' ' || text[10] == 'T') && text[13] == ':' && text[16] == ':';
  if (!is_separated || hour > 23 || minute > 59 || second > 59) return false;
  seconds = last.start_s + std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 + second;
  text.remove_prefix(19);
  return true;
}

constexpr std::size_t most_fraction_digits = 18;
constexpr auto powers_of_ten = [] {
  std::array<double, most_fraction_digits + 1> powers{1.0};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10.0;  // exact to 1e22
  return powers;
}();

/// Digits beyond the eighteenth are read and dropped.
inline bool take_fraction(std::string_view& text, double& fraction) {
  std::uint64_t digits = 0;
  std::size_t count = 0;
  const auto digit = [&] { return static_cast<unsigned char>(text[count]) - unsigned{'0'}; };
  for (const std::size_t most = std::min(text.size(), most_fraction_digits); count < most && digit() <= 9; ++count)
    digits = digits * 10 + digit();
  fraction = static_cast<double>(digits) / powers_of_ten[count];
  while (count < text.size() && digit() <= 9) ++count;
  text.remove_prefix(count);
  return count > 0;
}

/// Takes a zone, after a blank or not: `Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+02`; the caller takes none for UTC.
bool take_zone(std::string_view& text, std::int64_t& offset_s) {
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
  if (!take_two_digits(text, hour)) return false;
  if (!text.empty()) {
    take(text, ':');
    if (!take_two_digits(text, minute)) return false;
  }
  const auto size = static_cast<std::int64_t>(hour) * 3600 + static_cast<std::int64_t>(minute) * 60;
  offset_s = east ? size : -size;
  return hour < 24 && minute < 60;
}

}  // namespace

bool parse_wall_time(std::string_view text, WallTime& time, LastDate& last) {
  std::int64_t seconds = 0;
  std::int64_t offset_s = 0;
  time.fraction_s = 0.0;
  last.has_zone = false;
  if (text.size() == 10) {  // a date alone
    const std::string midnight = std::string(text) + " 00:00:00";
    std::string_view whole = midnight;
    return take_date_and_clock(whole, time.whole_s, last);
  }
  if (!take_date_and_clock(text, seconds, last)) return false;
  if ((take(text, '.') || take(text, ',')) && !take_fraction(text, time.fraction_s)) return false;
  last.has_zone = !text.empty();
  if (last.has_zone && !take_zone(text, offset_s)) return false;
  if (!text.empty()) return false;
  time.whole_s = seconds - offset_s;
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

#include "table/column.hpp"

#include <algorithm>
#include <array>

namespace headroom {
namespace {

/// Units that may end a name behind an underscore, as in `time_ms`.
constexpr std::array<std::string_view, 16> suffixes{"ns", "us", "ms", "s",   "min", "h",  "w",   "mw",
                                                    "kw", "mj", "j",  "kwh", "mwh", "wh", "mhz", "c"};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes `[W]` or `(UTC)` off the end of a name; returns what was between.
std::string_view take_bracket(std::string_view& name) {
  if (!name.ends_with(']') && !name.ends_with(')')) return {};
  const std::size_t open = name.rfind(name.back() == ']' ? '[' : '(');
  if (open == std::string_view::npos || open == 0) return {};
  const std::string_view unit = name.substr(open + 1, name.size() - open - 2);
  name = trimmed(name.substr(0, open));
  return unit;
}

std::string joined_words(std::string_view name) {
  std::string key(name);
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ' ' || c == '-' || c == '.') c = '_';
  }
  return key;
}

}  // namespace

Column column_of(std::string_view header) {
  std::string_view name = trimmed(header);
  Column column{std::string(name), {}, {}};
  column.unit = trimmed(take_bracket(name));
  column.key = joined_words(name);
  const std::size_t underscore = column.key.rfind('_');
  if (!column.unit.empty() || underscore == std::string::npos || underscore == 0) return column;
  const std::string suffix = column.key.substr(underscore + 1);
  if (std::ranges::find(suffixes, suffix) == suffixes.end()) return column;
  column.unit = name.substr(underscore + 1);
  column.key.resize(underscore);
  return column;
}

}  // namespace headroom

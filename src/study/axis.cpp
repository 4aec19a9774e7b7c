#include "study/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>

#include "base/text.hpp"

namespace headroom {
namespace {

constexpr double kMostValues = 10'000;
constexpr std::array kRangeKeys = {"from", "to", "step"};

bool is_range(const Json& axis) {
  return axis.is_object() && axis.size() == kRangeKeys.size() &&
         std::ranges::all_of(kRangeKeys, [&](const char* key) { return axis.contains(key) && axis[key].is_number(); });
}

/// Every 64-bit integer is a `long double`, and sums of them are exact.
bool is_whole(long double number) {
  return number == std::trunc(number);
}

long double number_of(const Json& json) {
  if (json.is_number_unsigned()) return static_cast<long double>(json.get<std::uint64_t>());
  if (json.is_number_integer()) return static_cast<long double>(json.get<std::int64_t>());
  return static_cast<long double>(json.get<double>());
}

/// Steps add up to 0.30000000000000004: the number is meant to ten digits more than the first one of the step.
double cleaned(long double number, long double step) {
  const int decimals = std::max(6, 10 - static_cast<int>(std::floor(std::log10(std::abs(step)))));
  std::array<char, 1024> text{};
  std::snprintf(text.data(), text.size(), "%.*Lf", decimals, number);
  return std::strtod(text.data(), nullptr);
}

Json json_of(long double number) {
  if (!is_whole(number) || number < -0x1p63L || number >= 0x1p64L) return static_cast<double>(number);
  if (number < 0) return static_cast<std::int64_t>(number);
  return static_cast<std::uint64_t>(number);
}

/// A text that same values share, and few others.
std::string reading_of(const Json& value) {
  if (value.is_number()) return shortest(value.get<double>());
  if (!value.is_structured()) return value.dump();
  std::string text = value.is_array() ? "[" : "{";
  for (const auto& [key, child] : value.items()) text += key + ':' + reading_of(child) + ',';
  return text;
}

std::vector<Json> range_values(const Json& range, const Scope& scope) {
  const auto from = number_of(range["from"]), to = number_of(range["to"]), step = number_of(range["step"]);
  const bool whole = is_whole(from) && is_whole(to) && is_whole(step);
  const long double steps = step == 0 ? -1 : std::floor((to - from) / step + (whole ? 0 : 1e-9L));
  if (!(steps >= 0)) {
    scope.problem("its step does not lead from `from` to `to`");
    return {};
  }
  if (steps >= kMostValues) {
    scope.problem("has more than 10,000 values");
    return {};
  }
  std::vector<Json> values;
  for (int i = 0; i <= static_cast<int>(steps); ++i) {
    const long double value = from + i * step;
    values.push_back(json_of(whole ? value : cleaned(value, step)));
  }
  return values;
}

}  // namespace

bool is_named_axis(std::string_view key) {
  return !key.starts_with('/');
}

std::vector<AxisValue> variants(const Json& axis, const Scope& scope) {
  if (!axis.is_object() || axis.empty()) {
    scope.problem(
        R"(must be variants by name, like {"none": {"/policy": "none"}, "polca": {"/policy": "polca"}}; a list of )"
        "values has a JSON pointer as its key, with a slash before it: /site/servers");
    return {};
  }
  std::vector<AxisValue> values;
  for (const auto& [name, puts] : axis.items()) {
    AxisValue& value = values.emplace_back(AxisValue{name, {}});
    if (!puts.is_object()) scope.at(name).problem("must be values by JSON pointer into the scenario");
    else
      for (const auto& [pointer, put] : puts.items()) value.puts.emplace_back(pointer, put);
  }
  return values;
}

std::vector<Json> axis_values(const Json& axis, const Scope& scope) {
  if (is_range(axis)) return range_values(axis, scope);
  if (!axis.is_array() || axis.empty()) {
    scope.problem(R"(must be a list of values, or {"from": number, "to": number, "step": number})");
    return {};
  }
  std::vector<Json> values(axis.begin(), axis.end());
  std::unordered_map<std::string, std::vector<std::size_t>> alike;
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto& before = alike[reading_of(values[i])];
    if (std::ranges::any_of(before, [&](std::size_t b) { return same_value(values[b], values[i]); }))
      scope.at(i).problem("is the same value as one before");
    before.push_back(i);
  }
  return values;
}

}  // namespace headroom

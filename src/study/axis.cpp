#include "study/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace headroom {
namespace {

constexpr double kMostValues = 10'000;
constexpr std::array kRangeKeys = {"from", "to", "step"};

/// Steps add up to 0.30000000000000004; the nearest number of 12 digits is meant.
double cleaned(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.12g", value);
  return std::strtod(text.data(), nullptr);
}

bool is_range(const Json& axis) {
  return axis.is_object() && axis.size() == kRangeKeys.size() &&
         std::ranges::all_of(kRangeKeys, [&](const char* key) { return axis.contains(key) && axis[key].is_number(); });
}

std::vector<Json> range_values(const Json& range, const std::string& where, std::vector<Problem>& problems) {
  const double from = range["from"].get<double>(), to = range["to"].get<double>(), step = range["step"].get<double>();
  const double steps = step == 0 ? -1 : std::floor((to - from) / step + 1e-9);
  if (!(steps >= 0)) {
    problems.push_back({where, "its step does not lead from `from` to `to`"});
    return {};
  }
  if (steps >= kMostValues) {
    problems.push_back({where, "has more than 10,000 values"});
    return {};
  }
  const bool whole = std::ranges::all_of(kRangeKeys, [&](const char* key) { return range[key].is_number_integer(); });
  std::vector<Json> values;
  for (double i = 0; i <= steps; ++i) {
    const double value = cleaned(from + i * step);
    if (whole && value >= 0) values.emplace_back(static_cast<std::uint64_t>(value));
    else if (whole) values.emplace_back(static_cast<std::int64_t>(value));
    else values.emplace_back(value);
  }
  return values;
}

}  // namespace

std::vector<Json> axis_values(const Json& axis, const std::string& where, std::vector<Problem>& problems) {
  if (is_range(axis)) return range_values(axis, where, problems);
  if (!axis.is_array() || axis.empty()) {
    problems.push_back({where, R"(must be a list of values, or {"from": number, "to": number, "step": number})"});
    return {};
  }
  std::vector<Json> values(axis.begin(), axis.end());
  for (std::size_t i = 1; i < values.size(); ++i)
    if (std::find(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(i), values[i]) !=
        values.begin() + static_cast<std::ptrdiff_t>(i))
      problems.push_back({where + "/" + std::to_string(i), "is the same value as one before"});
  return values;
}

}  // namespace headroom

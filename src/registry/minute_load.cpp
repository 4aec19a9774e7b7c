#include "registry/minute_load.hpp"

#include <array>
#include <cmath>

#include "base/text.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

constexpr Range kPerMinute = Range::between(0, 1e9);
constexpr std::array<std::string_view, 1> kMinute{"minute"};

std::vector<double> load_of_file(const MinuteLoadConfig& config) {
  TableReader table(config.path, {.subject = "load"});
  const std::size_t minute = table.need({"minute", kMinute});
  const std::size_t rate = table.named(config.column);
  std::vector<double> load;
  while (table.next()) {
    if (const double at = table.number(minute); at != static_cast<double>(load.size()))
      table.fail("minute " + std::to_string(load.size()) + " is missing: the row is of minute " + shortest(at));
    load.push_back(table.number(rate));
    if (!(load.back() >= kPerMinute.min && load.back() <= kPerMinute.max))
      table.fail("requests a minute must be between 0 and 1e9");
  }
  return load;
}

std::vector<double> load_of_curve(const MinuteLoadConfig& config) {
  const auto count = config.values.size();
  std::vector<double> load(static_cast<std::size_t>(config.step_min * static_cast<double>(count)));
  for (std::size_t i = 0; i < load.size(); ++i) {
    const double knot = static_cast<double>(i) / config.step_min;
    const auto before = static_cast<std::size_t>(knot);
    load[i] = std::lerp(config.values[before], config.values[(before + 1) % count], knot - std::floor(knot));
  }
  return load;
}

}  // namespace

void MinuteLoadConfig::fields(Fields& f) {
  f("path", path, "a CSV file with a column `minute`, which counts from 0 without a gap, ...");
  f("column", column, "... and this one, requests a minute");
  f("values", values, "requests a minute at equal steps instead of a file; linear between, and back to the first",
    kPerMinute);
  f("step_min", step_min, "whole minutes between two values", Range::between(1, 1e5));
}

void MinuteLoadConfig::check(const Scope& scope) const {
  if (path.empty() == values.empty()) scope.problem("must have either path or values");
  if (path.empty() != column.empty()) scope.problem("path and column go together");
  if (step_min != std::floor(step_min)) scope.at("step_min").problem("must be whole");
}

std::vector<double> minute_load(const MinuteLoadConfig& config) {
  return config.path.empty() ? load_of_curve(config) : load_of_file(config);
}

}  // namespace headroom

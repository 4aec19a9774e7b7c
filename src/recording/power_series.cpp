#include "recording/power_series.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "table/table_reader.hpp"

namespace headroom {
namespace {

/// What drivers and loggers write where there is no value.
constexpr auto kNoValue = std::to_array<std::string_view>({"", "-", "[N/A]", "N/A", "n/a", "NaN", "nan", "ERR!",
                                                           "[Not Supported]", "Not Supported", "[Unknown Error]",
                                                           "[Insufficient Permissions]", "[GPU requires reset]"});
/// Where the numbers begin that DCGM writes for no value, of 32 and 64 bits and of floating point (dcgm_structs.h);
/// those a little above tell why.
constexpr std::array kBlanks = {0x7ffffff0p0, 0x1p63, 0x1p47};

bool is_blank(double value) {
  return std::ranges::any_of(kBlanks, [&](double blank) { return value >= blank && value <= blank + 15; });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

double watts_of(PowerUnit unit) {
  return unit == PowerUnit::milliwatt ? 1e-3 : unit == PowerUnit::kilowatt ? 1e3 : 1.0;
}

}  // namespace

std::vector<RecordedPower>& samples_of(std::vector<PowerSeries>& series, std::string_view gpu) {
  const auto found = std::ranges::find(series, gpu, &PowerSeries::gpu);
  return found != series.end() ? found->samples
                               : series.emplace_back(PowerSeries{std::string(gpu), {}, DriverMean::no}).samples;
}

DriverMean driver_mean_of(std::string_view key) {
  const auto has = [&](std::string_view word) { return key.find(word) != std::string_view::npos; };
  if (has("average")) return DriverMean::yes;
  if (has("instant")) return DriverMean::no;
  return has("power_draw") || has("power_usage") ? DriverMean::on_recent_gpus : DriverMean::no;
}

std::optional<PowerUnit> power_unit_of(std::string_view text) {
  const auto is_one_of = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, text) != names.end();
  };
  if (is_one_of({"W", "w", "Watt", "watt", "Watts", "watts"})) return PowerUnit::watt;
  if (is_one_of({"mW", "mw", "milliwatt", "milliwatts", "Milliwatts"})) return PowerUnit::milliwatt;
  if (is_one_of({"kW", "kw", "KW", "kilowatt", "kilowatts", "Kilowatts"})) return PowerUnit::kilowatt;
  return std::nullopt;
}

std::optional<Power> power_in(std::string_view cell, const RecordConfig& config, std::optional<PowerUnit> unit,
                              const std::string& where) {
  const std::string_view text = trimmed(cell);
  if (std::ranges::find(kNoValue, text) != kNoValue.end()) return std::nullopt;
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const std::string_view said = trimmed({stop, static_cast<std::size_t>(end - stop)});
  const auto own = power_unit_of(said);
  if (error != std::errc() || !std::isfinite(value) || (!said.empty() && !own))
    throw InputError(where,
                     in_quotes(cell) + " is not a power" +
                         (said.starts_with(',') ? ": a decimal comma is not read, decimals stand behind a point" : ""));
  if (is_blank(value)) return std::nullopt;
  const PowerUnit counts = config.power_unit.value_or(own.value_or(unit.value_or(PowerUnit::watt)));
  return Power(value * watts_of(counts));
}

}  // namespace headroom

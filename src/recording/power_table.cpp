// Power records that are tables.
#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <map>
#include <span>
#include <utility>

#include "base/text.hpp"
#include "recording/power_series.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

using Names = std::span<const std::string_view>;
constexpr auto kTimeColumns = std::to_array<std::string_view>({"time", "t", "timestamp", "datetime", "date_time"});
constexpr auto kPowerColumns = std::to_array<std::string_view>(
    {"power", "power.draw", "power.draw.average", "power.draw.instant", "power_usage", "gpu_power", "POWINST",
     "DCGM_FI_DEV_POWER_USAGE", "DCGM_FI_DEV_BOARD_POWER_WATTS", "socket_power", "PowerConsumedWatts"});
/// Ways to call a GPU, the handiest first.
constexpr auto kGpuColumns = std::to_array<std::string_view>(
    {"index", "gpu", "gpu_index", "gpu_id", "device", "device_id", "device_index", "card", "accelerator", "uuid",
     "gpu_uuid", "pci.bus_id", "gpu_bus_id", "bus_id", "pci.bus", "serial", "gpu_serial"});
/// Ways to call the server that it is in.
constexpr auto kHostColumns = std::to_array<std::string_view>(
    {"hostname", "host", "node", "nodename", "host_name", "node_name", "instance", "server", "machine"});

/// Where things stand in a table.
struct PowerTable {
  std::optional<std::size_t> time;
  std::optional<std::size_t> host;
  std::vector<std::size_t> gpus;    ///< what may call a GPU; the first of them does
  std::vector<std::size_t> powers;  ///< one, or one for each GPU
};

bool is_number(std::string_view text) {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size();
}

/// The header of a file that has none but begins with a number in each column, as Zeus wrote: seconds, then the draw of
/// each GPU.
std::vector<std::string> header_of_numbers(const std::string& path) {
  InputFile file(path);
  std::string_view line;
  if (file.is_json() || !file.next(line)) return {};
  std::vector<std::string> header;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t comma = std::min(line.find(',', begin), line.size());
    if (!is_number(line.substr(begin, comma - begin))) return {};
    header.push_back(header.empty() ? "time_s" : "gpu" + std::to_string(header.size() - 1));
    begin = comma + 1;
  }
  return header.size() < 2 ? std::vector<std::string>() : header;
}

std::optional<std::size_t> column(TableReader& table, const std::string& setting, std::string_view field, Names names) {
  return setting.empty() ? table.find({field, names}) : table.named(setting);
}

std::vector<std::size_t> columns_called(TableReader& table, std::string_view field, Names names) {
  std::vector<std::size_t> columns;
  for (const std::string_view& name : names)
    if (const auto found = table.find({field, Names(&name, 1)})) columns.push_back(*found);
  return columns;
}

/// What tells the GPUs of a table of rows apart.
void find_gpus(TableReader& table, const std::string& setting, PowerTable& found) {
  found.gpus = setting.empty() ? columns_called(table, "GPU", kGpuColumns) : std::vector{table.named(setting)};
  const auto hosts = columns_called(table, "host", kHostColumns);
  if (!hosts.empty() && std::ranges::find(found.gpus, hosts.front()) == found.gpus.end()) found.host = hosts.front();
}

/// What a row calls its GPU, behind its host where that is named: `n1/0`. A name must be of one GPU in whatever other
/// ways the rows call it; `others` holds those of each name.
std::string gpu_of_row(const TableReader& table, const PowerTable& found, std::map<std::string, std::string>& others) {
  const std::string host(found.host ? table.cell(*found.host) : std::string_view());
  if (found.gpus.empty()) return host;
  const std::string gpu = (host.empty() ? "" : host + "/") + std::string(table.cell(found.gpus.front()));
  std::string other;
  for (const std::size_t column : found.gpus) other.append(table.cell(column)) += ' ';
  const auto [known, is_new] = others.try_emplace(gpu, other);
  if (known->second != other)
    table.fail("GPU " + in_quotes(gpu) +
               " is another one than before by the other columns that call it: say in the "
               "waveform's columns which one tells the GPUs apart");
  return gpu;
}

/// Words that say that a column is no draw of a GPU, whatever else it says, also as the beginning of a longer word.
constexpr auto kOtherThanPower = std::to_array<std::string_view>(
    {"temp",   "util",  "mem",   "clock",  "clk",        "limit",     "cap",      "enforced", "tdp", "rated",  "max",
     "min",    "total", "sum",   "server", "system",     "chassis",   "rack",     "psu",      "cpu", "dram",   "module",
     "energy", "joule", "state", "pstate", "management", "violation", "throttle", "brake",    "fan", "percent"});
constexpr auto kWordsOfPower = std::to_array<std::string_view>({"power", "pwr", "watt", "watts", "wattage"});

/// The words of a column's key; of a metric with labels, `x{gpu="0"}` or `{__name__="x", gpu="0"}`, those of its name.
std::vector<std::string_view> words_of_column(const Column& column) {
  constexpr std::string_view label = "__name__=\"";
  std::string_view key = column.key;
  if (const std::size_t at = key.find(label); at != std::string_view::npos) {
    key.remove_prefix(at + label.size());
    key = key.substr(0, key.find('"'));
  } else if (const std::size_t open = key.find('{'); open != 0) {
    key = key.substr(0, open);
  }
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::vector<std::string_view> words;
  for (std::size_t at = key.find_first_of(letters); at != std::string_view::npos;) {
    const std::size_t end = std::min(key.find_first_not_of(letters, at), key.size());
    words.push_back(key.substr(at, end - at));
    at = key.find_first_of(letters, end);
  }
  return words;
}

/// Whether a column is called after a GPU alone: `gpu0`, `GPU 1`.
bool is_gpu_alone(const Column& column, std::span<const std::string_view> words) {
  const auto is_number = [](std::string_view word) {
    return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!column.unit.empty() || words.empty() || words.size() > 2 || !words[0].starts_with("gpu")) return false;
  return words.size() == 1 ? is_number(words[0].substr(3)) : words[0] == "gpu" && is_number(words[1]);
}

/// Columns of a wide table: those that say power, by their unit or their name, or else those called after a GPU alone.
std::vector<std::size_t> wide_columns(const TableReader& table, const PowerTable& found) {
  std::vector<std::size_t> powers, gpus;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const Column& column = table.columns()[i];
    const auto words = words_of_column(column);
    const bool is_other = std::ranges::any_of(words, [](std::string_view word) {
      return std::ranges::any_of(kOtherThanPower, [&](std::string_view other) { return word.starts_with(other); });
    });
    const bool says_power = power_unit_of(column.unit) || std::ranges::any_of(words, [](std::string_view word) {
                              return std::ranges::find(kWordsOfPower, word) != kWordsOfPower.end();
                            });
    if (i == found.time || is_other) continue;
    if (says_power) powers.push_back(i);
    else if (is_gpu_alone(column, words)) gpus.push_back(i);
  }
  return powers.empty() ? gpus : powers;
}

PowerTable find_columns(TableReader& table, const RecordConfig& config) {
  PowerTable found;
  if (config.sample && config.columns.time.empty()) found.time = table.find({"time", kTimeColumns});
  else found.time = config.columns.time.empty() ? table.need({"time", kTimeColumns}) : table.named(config.columns.time);
  if (const auto power = column(table, config.columns.power, "power", kPowerColumns)) {
    found.powers = {*power};
    find_gpus(table, config.columns.gpu, found);
    return found;
  }
  found.powers = wide_columns(table, found);
  if (found.powers.empty()) (void)table.need({"power", kPowerColumns});
  for (const std::size_t power : found.powers) (void)table.named(table.columns()[power].name);
  return found;
}

TimeStyle time_style_of_record(const TableReader& table, std::size_t time, const RecordConfig& config) {
  if (config.time_unit) return *config.time_unit;
  if (const auto style = style_of_value(table.cell(time))) return *style;
  const Column& column = table.columns()[time];
  if (const auto style = style_of_unit(column.unit)) return *style;
  table.fail("the times of column " + in_quotes(column.name) + " say no unit: say it in time_unit");
}

std::optional<PowerUnit> unit_of_column(const TableReader& table, std::size_t power, const RecordConfig& config) {
  const Column& column = table.columns()[power];
  const auto unit = power_unit_of(column.unit);
  if (column.unit.empty() || unit || config.power_unit) return unit;
  throw InputError(table.path(),
                   "the unit of column " + in_quotes(column.name) + " is none of mW, W and kW: say it in power_unit");
}

}  // namespace

std::vector<PowerSeries> read_power_table(const std::string& path, const RecordConfig& config, Warnings& warnings) {
  auto header = header_of_numbers(path);
  const char delimiter = header.empty() ? '\0' : ',';
  TableReader table(path, {.subject = "power record",
                           .delimiter = delimiter,
                           .header = std::move(header),
                           .columns_pointer = "the waveform's columns"});
  const PowerTable found = find_columns(table, config);
  if (const auto unused = table.unused(); !unused.empty())
    warnings.push_back({std::filesystem::path(path).filename().string(), "not used: " + join(unused, ", ")});
  std::vector<PowerSeries> series;
  std::map<std::string, std::string> others;
  std::optional<TimeStyle> style;
  const bool is_wide = found.powers.size() > 1;
  while (table.next()) {
    if (found.time && !style) style = time_style_of_record(table, *found.time, config);
    for (const std::size_t power : found.powers) {
      auto& samples = samples_of(series, is_wide ? table.columns()[power].name : gpu_of_row(table, found, others));
      const double row = static_cast<double>(samples.size());
      WallTime time{0, config.sample ? row * config.sample->value() : 0};
      if (found.time) time = table.time(*found.time, *style);
      samples.push_back({time, power_in(table.cell(power), config, unit_of_column(table, power, config), table.where()),
                         table.line()});
    }
  }
  if (series.empty()) throw InputError(path, "the power record has no rows");
  for (PowerSeries& one : series)
    for (const std::size_t power : found.powers)
      one.mean = std::max(one.mean, driver_mean_of(table.columns()[power].key));
  return series;
}

}  // namespace headroom

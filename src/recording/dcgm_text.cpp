// Power records as NVIDIA's tools write them without being asked for a table: columns of words, or samples for
// Prometheus.
#include <algorithm>
#include <array>
#include <charconv>

#include "recording/power_series.hpp"
#include "table/input_file.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

constexpr auto kPowerWords = std::to_array<std::string_view>({"POWER", "POWINST"});
constexpr auto kMetrics =
    std::to_array<std::string_view>({"DCGM_FI_DEV_POWER_USAGE", "DCGM_FI_DEV_BOARD_POWER_WATTS",
                                     "DCGM_FI_DEV_POWER_USAGE_INSTANT", "DCGM_FI_DEV_BOARD_POWER_RAW_WATTS"});

std::vector<std::string_view> words_in(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of(" \t"); at != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(" \t", end);
  }
  return words;
}

/// The time of a sample of a file without times.
WallTime counted_time(std::size_t row, const RecordConfig& config, const std::string& where) {
  if (!config.sample) throw InputError(where, "the record has no times: say in sample_s how far its samples are apart");
  return {0, static_cast<double>(row) * config.sample->value()};
}

/// Which word of a row of `dcgmi dmon` is the power; its rows call the GPU by two words, `GPU 0`.
std::size_t power_word(std::string_view header, const RecordConfig& config, const std::string& where) {
  const auto names = words_in(header);
  std::vector<std::size_t> found;
  for (std::size_t i = 1; i < names.size(); ++i) {
    const bool is_wanted = config.columns.power.empty() ? std::ranges::find(kPowerWords, names[i]) != kPowerWords.end()
                                                        : names[i] == config.columns.power;
    if (is_wanted) found.push_back(i + 1);
  }
  if (found.size() != 1) throw InputError(where, "must have one column POWER or POWINST, or the one that columns says");
  return found.front();
}

std::vector<PowerSeries> read_dmon(InputFile& file, std::string_view header, const RecordConfig& config) {
  const std::size_t power = power_word(header, config, file.where());
  const bool is_usage = words_in(header)[power - 1] == "POWER";  // DCGM_FI_DEV_POWER_USAGE
  std::vector<PowerSeries> series;
  for (std::string_view line; file.next(line);) {
    const auto words = words_in(line);
    if (words.empty() || words[0] != "GPU") continue;  // header and units, which come again and again
    if (words.size() <= power) throw InputError(file.where(), "the row is shorter than the header");
    auto& samples = samples_of(series, words[1]);
    samples.push_back({counted_time(samples.size(), config, file.where()),
                       power_in(words[power], config, PowerUnit::watt, file.where()), file.line()});
  }
  for (PowerSeries& one : series) one.mean = is_usage ? DriverMean::on_recent_gpus : DriverMean::no;
  return series;
}

/// The time in the columns Date and Time of `nvidia-smi dmon`, which has them where it is asked to (-o DT).
WallTime time_of_dmon(std::string_view date, std::string_view time, const std::string& where) {
  WallTime read;
  const bool is_date = date.size() == 8;
  const std::string text = is_date ? std::string(date.substr(0, 4)) + '-' + std::string(date.substr(4, 2)) + '-' +
                                         std::string(date.substr(6)) + ' ' + std::string(time)
                                   : std::string();
  if (!is_date || !parse_wall_time(text, read))
    throw InputError(where,
                     in_quotes(std::string(date) + ' ' + std::string(time)) + " is not a time like 20261120 10:00:00");
  return read;
}

/// Reads what `nvidia-smi dmon` prints: `# gpu pwr ...`, its units, and rows of numbers.
std::vector<PowerSeries> read_smi_dmon(InputFile& file, std::string_view header, const RecordConfig& config) {
  const auto names = words_in(header.substr(1));
  const auto place = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  };
  const std::size_t gpu = place("gpu"), power = place("pwr"), date = place("Date"), time = place("Time");
  if (gpu == names.size() || power == names.size()) throw InputError(file.where(), "must have columns gpu and pwr");
  const bool has_times = date < names.size() && time < names.size() && !config.sample;
  std::vector<PowerSeries> series;
  for (std::string_view line; file.next(line);) {
    const auto words = words_in(line);
    if (words.empty() || words[0].starts_with('#')) continue;  // header and units, which come again and again
    if (words.size() < names.size()) throw InputError(file.where(), "the row is shorter than the header");
    auto& samples = samples_of(series, words[gpu]);
    samples.push_back({has_times ? time_of_dmon(words[date], words[time], file.where())
                                 : counted_time(samples.size(), config, file.where()),
                       power_in(words[power], config, PowerUnit::watt, file.where()), file.line()});
  }
  return series;
}

/// The value of a label in `{gpu="0",hostname="n1"}`, empty where there is none.
std::string_view label(std::string_view labels, std::string_view name) {
  for (std::size_t at = labels.find(name); at != std::string_view::npos; at = labels.find(name, at + 1)) {
    const bool begins = at > 0 && (labels[at - 1] == '{' || labels[at - 1] == ',' || labels[at - 1] == ' ');
    const std::size_t value = at + name.size() + 2;
    if (!begins || labels.substr(at + name.size(), 2) != "=\"") continue;
    return labels.substr(value, labels.find('"', value) - value);
  }
  return {};
}

/// The GPU by its number, behind its host where that is named.
std::string gpu_of(std::string_view labels) {
  const std::string_view newer = label(labels, "hostname");
  const std::string host(newer.empty() ? label(labels, "Hostname") : newer);
  return (host.empty() ? "" : host + "/") + std::string(label(labels, "gpu"));
}

std::vector<PowerSeries> read_samples(InputFile& file, std::string_view line, const RecordConfig& config) {
  std::vector<PowerSeries> series;
  DriverMean mean = DriverMean::no;
  do {
    const std::size_t open = line.find('{');
    const std::size_t close = line.rfind('}');
    const bool is_power = std::ranges::find(kMetrics, line.substr(0, open)) != kMetrics.end();
    if (open == std::string_view::npos || close == std::string_view::npos || !is_power) continue;
    const auto words = words_in(line.substr(close + 1));
    if (words.empty() || words.size() > 2) throw InputError(file.where(), "the sample has no value");
    mean = std::max(mean, driver_mean_of(column_of(line.substr(0, open)).key));
    auto& samples = samples_of(series, gpu_of(line.substr(open, close - open)));
    WallTime time;
    if (words.size() == 1) time = counted_time(samples.size(), config, file.where());
    else if (!parse_time(words[1], TimeStyle::ms, time))
      throw InputError(file.where(), in_quotes(words[1]) + " is not a time in milliseconds");
    samples.push_back({time, power_in(words[0], config, PowerUnit::watt, file.where()), file.line()});
  } while (file.next(line));
  for (PowerSeries& one : series) one.mean = mean;
  return series;
}

bool is_smi_dmon(std::string_view line) {
  return line.starts_with("# gpu") || line.starts_with("#Date") || line.starts_with("#Time");
}

}  // namespace

bool is_tool_text(std::string_view first_line) {
  return is_smi_dmon(first_line) || first_line.starts_with("#Entity") || first_line.starts_with("# HELP") ||
         first_line.starts_with("# TYPE") ||
         (first_line.starts_with("DCGM_FI_") && first_line.find('{') != std::string_view::npos);
}

std::vector<PowerSeries> read_tool_text(const std::string& path, const RecordConfig& config) {
  InputFile file(path);
  std::string_view line;
  (void)file.next(line);
  auto series = line.starts_with("#Entity") ? read_dmon(file, line, config)
                : is_smi_dmon(line)         ? read_smi_dmon(file, line, config)
                                            : read_samples(file, line, config);
  if (series.empty()) throw InputError(path, "the record has no power of a GPU");
  return series;
}

}  // namespace headroom

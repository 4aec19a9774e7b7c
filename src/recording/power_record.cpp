#include "recording/power_record.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/text.hpp"
#include "recording/power_series.hpp"
#include "recording/record_updates.hpp"
#include "table/input_file.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

constexpr const char* kMean = "mean";

std::vector<PowerSeries> read_series(const std::string& path, const RecordConfig& config, Warnings& warnings) {
  std::string_view line;
  InputFile file(path);
  return file.next(line) && is_tool_text(line) ? read_tool_text(path, config)
                                               : read_power_table(path, config, warnings);
}

std::string names_of(const std::vector<PowerSeries>& series) {
  std::vector<std::string> names;
  for (const PowerSeries& one : series) names.push_back(one.gpu);
  return join(names, ", ");
}

/// Leaves the GPU that is asked for, by its name, with its host or without, or else by its place.
void choose(std::vector<PowerSeries>& series, const std::string& wanted, const std::string& path) {
  const auto is_it = [&](const PowerSeries& one) { return one.gpu == wanted || one.gpu.ends_with('/' + wanted); };
  if (std::ranges::count_if(series, is_it) > 1)
    throw InputError(path, "has GPU " + in_quotes(wanted) + " on several hosts; there are: " + names_of(series));
  auto found = std::ranges::find_if(series, is_it);
  const bool is_place = wanted.size() < 6 && wanted.find_first_not_of("0123456789") == std::string::npos;
  if (found == series.end() && is_place && std::stoul(wanted) < series.size())
    found = series.begin() + static_cast<std::ptrdiff_t>(std::stoul(wanted));
  if (found == series.end())
    throw InputError(path, "has no GPU " + in_quotes(wanted) + "; there are: " + names_of(series));
  series = {*found};
}

/// The samples of a GPU at times since `first`; one without a value has that of the one before. Adds how many there
/// were, and notes in the recording how finely they show it.
std::vector<PowerSample> filled(const PowerSeries& series, WallTime first, const std::string& path,
                                std::size_t& missing, Recording& recording) {
  std::vector<PowerSample> samples;
  double value_s = 0;
  for (const RecordedPower& recorded : series.samples) {
    if (!recorded.power && samples.empty())
      throw InputError(path + ':' + std::to_string(recorded.line),
                       "has no power, and none before it that could be held");
    if (!recorded.power) ++missing;
    const Power power = recorded.power ? *recorded.power : samples.back().power;
    samples.push_back({seconds_between(first, recorded.time), power, recorded.line});
    const double time_s = samples.back().time_s;
    recording.longest_hold = std::max(recording.longest_hold, Seconds(time_s - value_s));
    if (recorded.power) value_s = time_s;
  }
  recording.update_period = std::max(recording.update_period, update_period(samples));
  recording.mean = std::max(recording.mean, series.mean);
  return samples;
}

/// The mean over GPUs that were sampled together, sample by sample.
std::vector<PowerSample> mean_of(const std::vector<std::vector<PowerSample>>& gpus, const std::string& path,
                                 std::vector<std::string>& said) {
  const auto [least, most] = std::ranges::minmax_element(gpus, {}, &std::vector<PowerSample>::size);
  if (most->size() - least->size() > 1)
    throw InputError(path, "its GPUs have " + std::to_string(least->size()) + " to " + std::to_string(most->size()) +
                               " samples, which have no mean: choose one by gpu");
  if (most->size() != least->size()) said.emplace_back("the last sample, which not all GPUs have, is left out");
  std::vector<PowerSample> mean(gpus.front().begin(),
                                gpus.front().begin() + static_cast<std::ptrdiff_t>(least->size()));
  const double apart_s = 0.5 * mean.back().time_s / std::max<double>(1.0, static_cast<double>(mean.size() - 1));
  for (std::size_t i = 0; i < mean.size(); ++i) {
    Power sum;
    for (const auto& gpu : gpus) {
      if (std::abs(gpu[i].time_s - mean[i].time_s) > apart_s)
        throw InputError(path + ':' + std::to_string(gpu[i].line),
                         "the GPUs were not sampled together and have no mean: choose one by gpu");
      sum += gpu[i].power;
    }
    mean[i].power = sum / static_cast<double>(gpus.size());
  }
  return mean;
}

}  // namespace

std::string where_of(const std::string& path, const PowerSample& sample) {
  return path + ':' + std::to_string(sample.line);
}

PowerRecord read_power_record(const std::string& path, const RecordConfig& config, Warnings& warnings) {
  auto series = read_series(path, config, warnings);
  std::vector<std::string> said;
  const std::string wanted = config.wanted_gpu();
  if (!wanted.empty() && wanted != kMean) choose(series, wanted, path);
  else if (wanted.empty() && series.size() > 1)
    said.push_back("holds " + std::to_string(series.size()) + " GPUs (" + names_of(series) +
                   "), whose mean is taken: gpu chooses one, or \"mean\"");
  std::size_t missing = 0;
  PowerRecord record;
  std::vector<std::vector<PowerSample>> gpus;
  for (const PowerSeries& one : series)
    gpus.push_back(filled(one, series.front().samples.front().time, path, missing, record.recording));
  record.samples = gpus.size() == 1 ? std::move(gpus.front()) : mean_of(gpus, path, said);
  if (missing > 0) said.push_back(counted(missing, "sample") + " without a value held from the one before");
  const std::string name = std::filesystem::path(path).filename().string();
  for (std::string& what : said) warnings.push_back({name, std::move(what)});
  return record;
}

}  // namespace headroom

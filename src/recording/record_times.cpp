#include "recording/record_times.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>

#include "base/text.hpp"

namespace headroom {
namespace {

constexpr double longest_step_over_median = 100.0;
constexpr double shortest_step_s = 1e-6;
constexpr std::size_t most_gpus_in_turn = 16;
/// Times between samples that were rounded to whole units differ by less.
constexpr double least_ratio_of_turns = 4.0;
constexpr double least_share_of_turns = 0.8;
constexpr const char* name_the_column = "the waveform's columns say which column tells them apart";

std::vector<double> steps_of(const std::vector<PowerSample>& samples) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < samples.size(); ++i) steps.push_back(samples[i].time_s - samples[i - 1].time_s);
  return steps;
}

/// The lower median of a range that is sorted.
double middle_of(std::vector<double>::const_iterator first, std::vector<double>::const_iterator last) {
  return *(first + (last - first - 1) / 2);
}

void check_order(const std::string& path, const std::vector<PowerSample>& samples) {
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const double step_s = samples[i].time_s - samples[i - 1].time_s;
    if (step_s == 0.0)
      throw InputError(where_of(path, samples[i]),
                       std::string("has the time of the row before: the time must increase "
                                   "from row to row of a GPU. Where rows are of several, ") +
                           name_the_column);
    if (step_s < 0.0)
      throw InputError(where_of(path, samples[i]),
                       std::string("the time must increase from row to row of a GPU; where rows are of several, ") +
                           name_the_column);
  }
}

/// Whether `gpus - 1` short steps and a long one follow each other nearly throughout. `sorted` holds the steps falling.
bool are_in_turn(const std::vector<double>& steps, const std::vector<double>& sorted, std::size_t gpus) {
  const auto longs_end = sorted.begin() + static_cast<std::ptrdiff_t>((steps.size() + 1) / gpus);
  if (longs_end - sorted.begin() < 2 || longs_end == sorted.end()) return false;
  const double long_s = middle_of(sorted.begin(), longs_end);
  const double short_s = middle_of(longs_end, sorted.end());
  if (long_s <= least_ratio_of_turns * short_s) return false;
  const double between_s = std::sqrt(long_s * short_s);
  std::size_t turns = 0, whole = 0, samples = 1;
  for (std::size_t i = 0; i <= steps.size(); ++i, ++samples) {
    if (i < steps.size() && steps[i] < between_s) continue;
    ++turns;
    if (samples == gpus) ++whole;
    samples = 0;
  }
  return static_cast<double>(whole) >= least_share_of_turns * static_cast<double>(turns);
}

void check_turns(const std::string& path, const std::vector<double>& steps) {
  auto sorted = steps;
  std::ranges::sort(sorted, std::greater<>());
  for (std::size_t gpus = 2; gpus <= most_gpus_in_turn; ++gpus)
    if (are_in_turn(steps, sorted, gpus))
      throw InputError(path, "looks like " + std::to_string(gpus) + " GPUs in turn: " + name_the_column +
                                 "; longest_step_s says that a single one was sampled so");
}

void check_steps(const std::string& path, const std::vector<PowerSample>& samples, double longest_s) {
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const double step_s = samples[i].time_s - samples[i - 1].time_s;
    if (step_s < shortest_step_s)
      throw InputError(where_of(path, samples[i]), "comes less than a microsecond after the row before");
    if (step_s > longest_s)
      throw InputError(where_of(path, samples[i]), "the waveform has a gap of " + shortest(step_s) +
                                                       " s before this row, more than the " + shortest(longest_s) +
                                                       " s that are held");
  }
}

}  // namespace

double check_record_times(const std::string& path, const std::vector<PowerSample>& samples,
                          std::optional<Seconds> longest_step) {
  check_order(path, samples);
  auto steps = steps_of(samples);
  if (!longest_step) check_turns(path, steps);
  std::ranges::sort(steps);
  const double median_s = middle_of(steps.begin(), steps.end());
  check_steps(path, samples, longest_step ? longest_step->value() : longest_step_over_median * median_s);
  return median_s;
}

}  // namespace headroom

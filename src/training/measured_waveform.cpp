#include "training/measured_waveform.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "training/power_record.hpp"

namespace headroom {
namespace {

constexpr double longest_step_over_median = 100.0;
constexpr double shortest_step_s = 1e-6;
/// A record that never draws more of the TDP counts in other units than watts.
constexpr double least_peak_of_tdp = 0.01;

std::string at_line(const std::string& path, const PowerSample& sample) {
  return path + ':' + std::to_string(sample.line);
}

/// The lower median of the times between samples.
double median_step_s(const std::vector<PowerSample>& samples) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < samples.size(); ++i) steps.push_back(samples[i].time_s - samples[i - 1].time_s);
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>((steps.size() - 1) / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

void check_order_of_times(const std::string& path, const std::vector<PowerSample>& samples) {
  for (std::size_t i = 1; i < samples.size(); ++i)
    if (samples[i].time_s <= samples[i - 1].time_s)
      throw InputError(at_line(path, samples[i]), "the time must increase from row to row");
}

void check_steps(const std::string& path, const std::vector<PowerSample>& samples, double longest_s) {
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const double step_s = samples[i].time_s - samples[i - 1].time_s;
    if (step_s < shortest_step_s)
      throw InputError(at_line(path, samples[i]), "comes less than a microsecond after the row before");
    if (step_s > longest_s)
      throw InputError(at_line(path, samples[i]), "the waveform has a gap of " + shortest(step_s) +
                                                      " s before this row, more than the " + shortest(longest_s) +
                                                      " s that are held");
  }
}

void check_powers(const std::string& path, const std::vector<PowerSample>& samples, Power tdp, bool unit_is_set) {
  const std::string hint = unit_is_set ? "" : "; power_unit says what the file counts";
  Power peak;
  for (const PowerSample& sample : samples) {
    if (auto what = check_draw(sample.power, tdp); !what.empty()) throw InputError(at_line(path, sample), what + hint);
    peak = std::max(peak, sample.power);
  }
  if (!unit_is_set && peak < tdp * least_peak_of_tdp)
    throw InputError(path, "the GPU never draws more than " + shortest(peak.value()) + " W, of a TDP of " +
                               shortest(tdp.value()) + " W" + hint);
}

}  // namespace

Cycle measured_cycle(const WaveformConfig& config, Power tdp, Warnings& warnings) {
  const auto [samples, recording] = read_power_record(config.path, config.record, warnings);
  if (samples.size() < 2) throw InputError(config.path, "the waveform needs two rows or more");
  check_order_of_times(config.path, samples);
  const double median_s = median_step_s(samples);
  check_steps(config.path, samples,
              config.longest_step ? config.longest_step->value() : longest_step_over_median * median_s);
  check_powers(config.path, samples, tdp, config.record.power_unit.has_value());
  const auto [least, largest] = std::ranges::minmax_element(samples, {}, &PowerSample::power);
  const Power compute = (least->power + largest->power) * 0.5;
  Cycle cycle;
  cycle.repeats = config.repeat;
  cycle.recording = recording;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double step_s = i + 1 < samples.size() ? samples[i + 1].time_s - samples[i].time_s : median_s;
    const PhaseKind kind = samples[i].power >= compute ? PhaseKind::compute : PhaseKind::communication;
    cycle.steps.push_back({Seconds(step_s), samples[i].power, kind});
  }
  return cycle;
}

}  // namespace headroom

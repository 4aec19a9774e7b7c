#include "training/measured_waveform.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "recording/power_record.hpp"
#include "recording/record_times.hpp"

namespace headroom {
namespace {

void check_powers(const std::string& path, const std::vector<PowerSample>& samples, const GpuDraws& gpu,
                  bool unit_is_set) {
  const std::string hint = unit_is_set ? "" : "; power_unit says what the file counts";
  Power peak;
  for (const PowerSample& sample : samples) {
    if (auto what = check_draw(sample.power, gpu.tdp); !what.empty())
      throw InputError(where_of(path, sample), what + hint);
    peak = std::max(peak, sample.power);
  }
  if (!unit_is_set && peak < gpu.idle)
    throw InputError(path, "the GPU never draws more than " + shortest(peak.value()) + " W, less than an idle one, " +
                               shortest(gpu.idle.value()) + " W" + hint);
}

}  // namespace

Cycle measured_cycle(const WaveformConfig& config, const GpuDraws& gpu, Warnings& warnings) {
  const auto [samples, recording] = read_power_record(config.path, config.record, warnings);
  if (samples.size() < 2) throw InputError(config.path, "the waveform needs two rows or more");
  const double median_s = check_record_times(config.path, samples, config.longest_step);
  check_powers(config.path, samples, gpu, config.record.power_unit.has_value());
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

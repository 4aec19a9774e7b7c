#include "grid/grid_check.hpp"

#include <algorithm>
#include <cmath>

#include "base/interrupt.hpp"
#include "grid/instrument.hpp"
#include "grid/swings.hpp"

namespace headroom {
namespace {

std::vector<Verdict> verdicts_of(const GridSpec& spec, const PowerTrace& trace, const GridResult& result) {
  std::vector<Verdict> verdicts;
  const Ramps ramps = steepest_ramps(trace, spec.horizon, spec.dynamic_range.value_or(Power()));
  if (spec.ramp_up_w_per_s) verdicts.push_back({"ramp_up_w_per_s", *spec.ramp_up_w_per_s, ramps.up_w_per_s});
  if (spec.ramp_down_w_per_s) verdicts.push_back({"ramp_down_w_per_s", *spec.ramp_down_w_per_s, ramps.down_w_per_s});
  if (spec.dynamic_range) verdicts.push_back({"dynamic_range_w", spec.dynamic_range->value(), result.max_swing_1s_w});
  if (spec.in_band_energy_fraction)
    verdicts.push_back({"in_band_energy_fraction", *spec.in_band_energy_fraction, result.in_band_fraction});
  if (spec.in_band_bin) verdicts.push_back({"in_band_bin_w", spec.in_band_bin->value(), result.in_band_bin_w});
  return verdicts;
}

/// Share of a whole; 0 of nothing.
double share_of(double part, double whole) {
  return whole > 0 ? part / whole : 0.0;
}

GridResult check_node(const std::string& path, const PowerTrace& trace, const GridConfig& config) {
  GridResult result;
  result.path = path;
  result.duration = trace.sample * static_cast<double>(trace.power_w.size());
  result.band = config.critical_band();
  result.spectrum = spectrum_of(trace, result.band.from);
  const double in_band = result.spectrum.variance_in(result.band);
  result.in_band_rms_w = std::sqrt(in_band);
  result.in_band_fraction = share_of(in_band, result.spectrum.variance());
  result.in_band_bin_w = result.spectrum.largest_bin_w(result.band);
  result.max_swing_1s_w = largest_swing_w(trace, Seconds(1.0));
  result.max_swing_10s_w = largest_swing_w(trace, Seconds(10.0));
  result.ramp_horizon =
      trace.sample * static_cast<double>(std::max<std::size_t>(1, trace.samples_in(config.ramp_horizon())));
  const Ramps ramps = steepest_ramps(trace, result.ramp_horizon, Power());
  result.max_ramp_w_per_s = std::max(ramps.up_w_per_s, ramps.down_w_per_s);
  if (!config.spec) return result;
  result.spec = config.spec->name;
  result.verdicts = verdicts_of(*config.spec, trace, result);
  return result;
}

}  // namespace

bool GridResult::passed() const {
  return std::ranges::all_of(verdicts, &Verdict::passed);
}

std::vector<GridResult> check_grid(std::span<const GridNode> nodes, const GridConfig& config) {
  std::vector<GridResult> results;
  for (const GridNode& node : nodes) {
    stop_if_interrupted();
    const PowerTrace seen = seen_through(config.instrument, node.trace);
    if (seen.power_w.size() >= 2) results.push_back(check_node(node.path, seen, config));
  }
  return results;
}

}  // namespace headroom

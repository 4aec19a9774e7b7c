#include "grid/grid_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>

#include "base/interrupt.hpp"
#include "base/text.hpp"
#include "grid/instrument.hpp"
#include "grid/swings.hpp"

namespace headroom {
namespace {

constexpr double kAlmost = 1e-6;  // of times and frequencies that are meant to be equal

/// For people: to six digits, since times of samples are sums.
std::string rounded(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", number);
  return text.data();
}

/// Empty where the samples last for a time.
std::string too_short_for(const GridResult& result, Seconds time, const std::string& what) {
  if (result.duration.value() >= time.value() * (1 - kAlmost)) return "";
  return "its samples last " + rounded(result.duration.value()) + " s, less than " + what + " (" +
         rounded(time.value()) + " s)";
}

/// Of everything that depends on how fast power moves.
std::string too_coarse(const GridResult& result) {
  if (!result.measured()) return "it has less than two samples";
  if (result.resolved.value() >= result.band.to.value() * (1 - kAlmost)) return "";
  return "what is seen resolves up to " + rounded(result.resolved.value()) + " Hz only, and the band ends at " +
         rounded(result.band.to.value()) + " Hz";
}

std::string band_doubt(const GridResult& result) {
  if (auto doubt = too_short_for(result, segment_length(result.band.from), "three periods of the band's bottom");
      !doubt.empty())
    return doubt;
  if (result.spectrum.bins_in(result.band) > 0) return "";
  return "the band is narrower than a bin of the spectrum (" + rounded(result.spectrum.bin_hz) + " Hz)";
}

Doubts doubts_of(const GridResult& result) {
  if (const std::string coarse = too_coarse(result); !coarse.empty()) return {coarse, coarse, coarse};
  return {band_doubt(result), too_short_for(result, result.ramp_horizon, "the horizon of the ramps"),
          too_short_for(result, Seconds(1.0), "a second")};
}

/// A limit and what the samples show; `possible` is what power may have done between them.
Verdict verdict_of(const GridResult& result, const std::string& doubt, std::string check, double limit, double value,
                   double possible) {
  Verdict verdict{std::move(check), limit, value, doubt};
  if (doubt.empty() && possible > limit)
    verdict.doubt = "power goes " + rounded(result.between_samples_w) +
                    " W beyond the samples before and after it: a smaller sample_s shows more";
  return verdict;
}

void judge_ramps(const GridSpec& spec, const PowerTrace& trace, GridResult& result) {
  const Power box = spec.dynamic_range.value_or(Power()), unseen(2 * result.between_samples_w);
  const Ramps seen = steepest_ramps(trace, spec.horizon, box);
  const Ramps possible = steepest_ramps(trace, spec.horizon, std::max(box - unseen, Power()));
  const auto judge = [&](const char* check, double limit, double value, double widest) {
    const bool counts = widest > 0 || unseen > box;
    const double most = counts ? widest + unseen.value() / result.ramp_horizon.value() : 0.0;
    result.verdicts.push_back(verdict_of(result, result.doubts.ramps, check, limit, value, most));
  };
  if (spec.ramp_up_w_per_s) judge("ramp_up_w_per_s", *spec.ramp_up_w_per_s, seen.up_w_per_s, possible.up_w_per_s);
  if (spec.ramp_down_w_per_s)
    judge("ramp_down_w_per_s", *spec.ramp_down_w_per_s, seen.down_w_per_s, possible.down_w_per_s);
}

/// Share of a whole; 0 of nothing.
double share_of(double part, double whole) {
  return whole > 0 ? part / whole : 0.0;
}

/// The largest amplitude of a bin in the band: what lies beyond the samples may be a square wave, whose fundamental is
/// 4 / pi of it.
double possible_bin_w(const GridResult& result) {
  return result.in_band_bin_w + 4 / std::numbers::pi * result.between_samples_w;
}

/// The largest share of the band: what lies beyond the samples may add to what is inside and cancel what is outside.
double possible_fraction(const GridResult& result) {
  const double inside = result.in_band_rms_w, unseen = result.between_samples_w;
  const double outside = std::sqrt(std::max(0.0, result.spectrum.variance() - inside * inside));
  const double most = (inside + unseen) * (inside + unseen), least = std::max(0.0, outside - unseen);
  return share_of(most, most + least * least);
}

void judge(const GridSpec& spec, const PowerTrace& trace, GridResult& result) {
  result.spec = spec.name;
  judge_ramps(spec, trace, result);
  const auto add = [&](const std::string& doubt, const char* check, double limit, double value, double possible) {
    result.verdicts.push_back(verdict_of(result, doubt, check, limit, value, possible));
  };
  const Doubts& doubts = result.doubts;
  if (spec.dynamic_range)
    add(doubts.swings, "dynamic_range_w", spec.dynamic_range->value(), result.max_swing_1s_w,
        result.max_swing_1s_w + 2 * result.between_samples_w);
  if (spec.in_band_energy_fraction)
    add(doubts.band, "in_band_energy_fraction", *spec.in_band_energy_fraction, result.in_band_fraction,
        result.between_samples_w > 0 ? possible_fraction(result) : result.in_band_fraction);
  if (spec.in_band_bin)
    add(doubts.band, "in_band_bin_w", spec.in_band_bin->value(), result.in_band_bin_w, possible_bin_w(result));
}

void describe(const PowerTrace& trace, GridResult& result) {
  result.spectrum = spectrum_of(trace, result.band.from);
  const double in_band = result.spectrum.variance_in(result.band);
  result.in_band_rms_w = std::sqrt(in_band);
  result.in_band_fraction = share_of(in_band, result.spectrum.variance());
  result.in_band_bin_w = result.spectrum.largest_bin_w(result.band);
  result.max_swing_1s_w = largest_swing_w(trace, Seconds(1.0));
  result.max_swing_10s_w = largest_swing_w(trace, Seconds(10.0));
  const Ramps ramps = steepest_ramps(trace, result.ramp_horizon, Power());
  result.max_ramp_w_per_s = std::max(ramps.up_w_per_s, ramps.down_w_per_s);
  result.between_samples_w = static_cast<double>(trace.between_w);
}

GridResult check_node(const GridNode& node, const PowerTrace& trace, const GridConfig& config) {
  GridResult result;
  result.path = node.path;
  result.duration = trace.sample * static_cast<double>(trace.power_w.size());
  result.resolved = std::min({node.recorded_to, Hertz(0.5 / trace.sample.value()), shown_by(config.instrument)});
  result.band = config.critical_band();
  result.ramp_horizon =
      trace.sample * static_cast<double>(std::max<std::size_t>(1, trace.samples_in(config.ramp_horizon())));
  if (trace.power_w.size() >= 2) describe(trace, result);
  result.doubts = doubts_of(result);
  if (config.spec) judge(*config.spec, trace, result);
  return result;
}

/// The limits that could not be tested for this reason.
std::vector<std::string> untested(const GridResult& result, const std::string& doubt) {
  std::vector<std::string> names;
  for (const Verdict& verdict : result.verdicts)
    if (!verdict.testable() && verdict.doubt == doubt) names.push_back(verdict.check);
  return names;
}

void warn_of(const GridResult& result, Warnings& warnings) {
  std::vector<std::string> doubts;
  const auto add = [&](const std::string& doubt) {
    if (!doubt.empty() && std::ranges::find(doubts, doubt) == doubts.end()) doubts.push_back(doubt);
  };
  for (const auto* doubt : {&result.doubts.band, &result.doubts.ramps, &result.doubts.swings}) add(*doubt);
  for (const Verdict& verdict : result.verdicts) add(verdict.testable() ? "" : verdict.doubt);
  for (std::string& doubt : doubts) {
    const auto names = untested(result, doubt);
    warnings.push_back(
        {"/grid/" + result.path, std::move(doubt) + (names.empty() ? "" : "; not testable: " + join(names, ", "))});
  }
}

}  // namespace

bool GridResult::passed() const {
  return std::ranges::all_of(verdicts, &Verdict::passed);
}

bool GridResult::failed() const {
  return std::ranges::any_of(verdicts, [](const Verdict& verdict) { return verdict.testable() && !verdict.passed(); });
}

std::vector<GridResult> check_grid(std::span<const GridNode> nodes, const GridConfig& config) {
  std::vector<GridResult> results;
  for (const GridNode& node : nodes) {
    stop_if_interrupted();
    results.push_back(check_node(node, seen_through(config.instrument, node.trace), config));
  }
  return results;
}

Warnings warnings_of(std::span<const GridResult> results) {
  Warnings warnings;
  for (const GridResult& result : results) warn_of(result, warnings);
  return warnings;
}

}  // namespace headroom

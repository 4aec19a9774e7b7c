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
/// By how much of itself the RMS in the band may depend on what stands at the band's edges.
constexpr double kEdgeShare = 0.1;
/// Of what a line above half the sampling rate adds at a lower frequency to the RMS of power beyond the samples.
constexpr double kFoldedOverBeyond = 2.0;

/// For people: to six digits, since times of samples are sums.
std::string rounded(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", number);
  return text.data();
}

/// The largest amplitude of a line that is faster than the samples, and so shows where it is not.
double possible_folded_w(const GridResult& result) {
  return kFoldedOverBeyond * result.beyond_samples_rms_w;
}

/// Empty where the samples last for a time.
std::string too_short_for(const GridResult& result, Seconds time, const std::string& what) {
  if (result.duration.value() >= time.value() * (1 - kAlmost)) return "";
  return "its samples last " + rounded(result.duration.value()) + " s, less than " + what + " (" +
         rounded(time.value()) + " s)";
}

/// Of what depends on how fast power moves.
std::string too_coarse(Hertz resolved, const Need& need) {
  if (resolved.value() >= need.to.value() * (1 - kAlmost)) return "";
  return "what is seen resolves up to " + rounded(resolved.value()) + " Hz only, and " + need.why;
}

/// Where all that shows in the band may be of lines that are faster than the samples.
std::string folded(const GridResult& result) {
  if (possible_folded_w(result) <= result.in_band_rms_w) return "";
  return "power moves faster than its samples, " + rounded(result.beyond_samples_rms_w) +
         " W (RMS) beyond those before and after, which shows at frequencies that it does not have: a smaller sample_s "
         "shows more";
}

std::string band_doubt(const GridResult& result) {
  if (auto doubt = too_short_for(result, shortest_trace(result.band.from), "three periods of the band's bottom");
      !doubt.empty())
    return doubt;
  const std::string bin = "a bin of the spectrum (" + rounded(result.spectrum.bin_hz) + " Hz)";
  if (result.spectrum.bins_in(result.band) == 0) return "the band is narrower than " + bin;
  if (result.separated) return "";
  return "power swings so close to an edge of the band that " + bin +
         " does not tell whether inside or outside: " + "longer samples do";
}

/// Of moves within a time: nobody sees one that is hidden from the record below the node, or from the instrument, while
/// what happens between the samples is known.
std::string move_doubt(const GridResult& result, Hertz seen_to, Seconds within, const std::string& what) {
  auto doubt = too_coarse(seen_to, move_need(within));
  return doubt.empty() ? too_short_for(result, within, what) : doubt;
}

Doubts doubts_of(const GridResult& result, Hertz seen_to, const GridConfig& config) {
  const std::string few = "it has less than two samples";
  if (!result.measured()) return {few, few, few, ""};
  if (const auto coarse = too_coarse(result.resolved, config.band_need()); !coarse.empty())
    return {coarse, coarse, coarse, ""};
  return {band_doubt(result), move_doubt(result, seen_to, result.ramp_horizon, "the horizon of the ramps"),
          move_doubt(result, seen_to, kRangeTime, "a second"), folded(result)};
}

/// A limit and what the samples show; power may have done from `certain` to `possible`.
Verdict verdict_of(const GridResult& result, const std::string& doubt, std::string check, double limit, double value,
                   double certain, double possible) {
  Verdict verdict{std::move(check), limit, value, certain, doubt};
  if (doubt.empty() && certain <= limit && possible > limit)
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
    result.verdicts.push_back(verdict_of(result, result.doubts.ramps, check, limit, value, value, most));
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
double possible_fraction(const GridResult& result, double unseen) {
  const double inside = result.in_band_rms_w;
  const double outside = std::sqrt(std::max(0.0, result.spectrum.variance() - inside * inside));
  const double most = (inside + unseen) * (inside + unseen), least = std::max(0.0, outside - unseen);
  return share_of(most, most + least * least);
}

/// The least share of the band, where so much of what is inside belongs outside.
double certain_fraction(const GridResult& result) {
  const double certain = std::sqrt(result.spectrum.variance_in(result.certain_band));
  const double inside = std::max(0.0, certain - possible_folded_w(result));
  return share_of(inside * inside, result.spectrum.variance());
}

void judge(const GridSpec& spec, const PowerTrace& trace, GridResult& result) {
  result.spec = spec.name;
  judge_ramps(spec, trace, result);
  const auto add = [&](const std::string& doubt, const char* check, double limit, double value, double certain,
                       double possible) {
    result.verdicts.push_back(verdict_of(result, doubt, check, limit, value, certain, possible));
  };
  const Doubts& doubts = result.doubts;
  const double unseen = result.between_samples_w;
  if (spec.dynamic_range)
    add(doubts.swings, "dynamic_range_w", spec.dynamic_range->value(), result.max_swing_1s_w, result.max_swing_1s_w,
        result.max_swing_1s_w + 2 * result.between_samples_w);
  if (spec.in_band_energy_fraction)
    add(doubts.band, "in_band_energy_fraction", *spec.in_band_energy_fraction, result.in_band_fraction,
        unseen > 0 || !result.separated ? certain_fraction(result) : result.in_band_fraction,
        unseen > 0 ? possible_fraction(result, unseen) : result.in_band_fraction);
  if (spec.in_band_bin)
    add(doubts.band, "in_band_bin_w", spec.in_band_bin->value(), result.in_band_bin_w,
        result.spectrum.largest_bin_w(result.certain_band) - possible_folded_w(result), possible_bin_w(result));
}

/// The band without what stands within `spread` of its edges; beyond them by as much where that is negative.
Band narrowed(const Band& band, Hertz spread) {
  return {band.from + spread, band.to - spread};
}

/// Sets whether what stands at the edges matters, and what is in the band anyway.
void tell_edges(GridResult& result) {
  const Spectrum& spectrum = result.spectrum;
  const Band inner = narrowed(result.band, spectrum.spread()), outer = narrowed(result.band, -spectrum.spread());
  result.separated = std::sqrt(spectrum.variance_in(inner)) >= (1 - kEdgeShare) * result.in_band_rms_w &&
                     std::sqrt(spectrum.variance_in(outer)) <= (1 + kEdgeShare) * result.in_band_rms_w;
  result.certain_band = result.separated ? result.band : inner;
}

void describe(const PowerTrace& trace, GridResult& result) {
  result.spectrum = spectrum_of(trace, result.band.from);
  const double in_band = result.spectrum.variance_in(result.band);
  result.in_band_rms_w = std::sqrt(in_band);
  result.in_band_fraction = share_of(in_band, result.spectrum.variance());
  result.in_band_bin_w = result.spectrum.largest_bin_w(result.band);
  tell_edges(result);
  result.max_swing_1s_w = largest_swing_w(trace, kRangeTime);
  result.max_swing_10s_w = largest_swing_w(trace, Seconds(10.0));
  const Ramps ramps = steepest_ramps(trace, result.ramp_horizon, Power());
  result.max_ramp_w_per_s = std::max(ramps.up_w_per_s, ramps.down_w_per_s);
  result.between_samples_w = static_cast<double>(trace.between_w);
  result.beyond_samples_rms_w = static_cast<double>(trace.beyond_rms_w);
}

GridResult check_node(const GridNode& node, const PowerTrace& trace, const GridConfig& config) {
  GridResult result;
  result.path = node.path;
  result.duration = trace.sample * static_cast<double>(trace.power_w.size());
  const Hertz seen_to = std::min(node.recorded_to, shown_by(config.instrument));
  result.resolved = std::min(seen_to, Hertz(0.5 / trace.sample.value()));
  result.band = config.critical_band();
  result.ramp_horizon =
      trace.sample * static_cast<double>(std::max<std::size_t>(1, trace.samples_in(config.ramp_horizon())));
  if (trace.power_w.size() >= 2) describe(trace, result);
  result.doubts = doubts_of(result, seen_to, config);
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
  for (const auto* doubt : {&result.doubts.band, &result.doubts.ramps, &result.doubts.swings, &result.doubts.folded})
    add(*doubt);
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

std::vector<std::pair<std::string, VerdictResult>> GridResult::verdict_results() const {
  std::vector<std::pair<std::string, VerdictResult>> results;
  for (const Verdict& verdict : verdicts) {
    VerdictResult result{verdict.limit, {}, {}, verdict.passed(), verdict.testable(), {}};
    if (measured()) {
      result.value = verdict.value;
      result.margin = verdict.margin();
    }
    if (!verdict.testable()) result.doubt = verdict.doubt;
    results.emplace_back(verdict.check, std::move(result));
  }
  return results;
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

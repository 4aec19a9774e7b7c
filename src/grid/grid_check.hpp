#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/problem.hpp"
#include "grid/grid_config.hpp"
#include "grid/power_trace.hpp"
#include "grid/spectrum.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// What was recorded at a node.
struct GridNode {
  std::string path;
  PowerTrace trace;
  Hertz recorded_to{std::numeric_limits<double>::infinity()};  ///< highest frequency in measured waveforms below it
};

/// One limit of a specification, and how far from it the power stayed.
struct Verdict {
  std::string check;  ///< the limit's name in the specification, which ends in the unit of limit and value
  double limit = 0;
  double value = 0;
  double certain = 0;   ///< the part of the value that is none of what is faster than the samples
  std::string doubt{};  ///< why the samples may not show whether the limit was kept; empty where they do

  [[nodiscard]] double margin() const { return limit - value; }
  /// A limit that what the samples show breaks has failed, whatever they do not show.
  [[nodiscard]] bool testable() const { return certain > limit || doubt.empty(); }
  [[nodiscard]] bool passed() const { return value <= limit && doubt.empty(); }
};

/// What a result says of a verdict; value and margin where there were samples.
struct VerdictResult {
  double limit = 0;
  std::optional<double> value, margin;
  bool passed = false;
  bool testable = false;
  std::optional<std::string> doubt;

  void fields(Fields& f) const {
    f("limit", limit, "in the unit that the limit's name ends in, as `value` and `margin` are");
    f("value", value, "what was found; of ramps, only moves larger than `dynamic_range_w` count");
    f("margin", margin, "limit less value");
    f("passed", passed, "whether the limit was kept");
    f("testable", testable, "whether the samples show that ([testable](training.md#grid-checks))");
    f("doubt", doubt, "why they do not");
  }
};

/// What the samples of a node are too few, too short or too coarse for; empty where they are not.
struct Doubts {
  std::string band, ramps, swings;
  std::string folded;  ///< what stands in the spectrum that is none of its frequencies
};

/// A node's power as its utility sees it.
struct GridResult {
  std::string path;
  double in_band_rms_w = 0;
  double in_band_fraction = 0;  ///< of the swing's energy; 0 where power is constant
  double in_band_bin_w = 0;     ///< largest amplitude of a bin in the band
  double max_swing_1s_w = 0;
  double max_swing_10s_w = 0;
  double max_ramp_w_per_s = 0;      ///< up or down, of any size
  double between_samples_w = 0;     ///< how far power went beyond the samples before and after it
  double beyond_samples_rms_w = 0;  ///< the same as a root of the mean of its square over time
  Seconds ramp_horizon{};
  Seconds duration{};  ///< of what was checked
  Hertz resolved{};    ///< highest frequency that samples, measured waveforms and instrument show
  Band band;
  Band certain_band;      ///< the band, less what may be of lines beyond its edges where that matters
  bool separated = true;  ///< whether the bins tell what is in the band from what lies beyond its edges
  Doubts doubts;
  Spectrum spectrum;
  std::string spec;               ///< its name; empty without one
  std::vector<Verdict> verdicts;  ///< of the limits that the specification has

  /// False where there are less than two samples: nothing but band and verdicts is known then.
  [[nodiscard]] bool measured() const { return !spectrum.psd.empty(); }
  [[nodiscard]] bool passed() const;
  /// Whether a limit that was tested was not kept.
  [[nodiscard]] bool failed() const;

  void fields(Fields& f) const {
    const auto seen = [this](double value) { return measured() ? std::optional(value) : std::nullopt; };
    const auto told = [&](double value) { return separated ? seen(value) : std::nullopt; };
    f("in_band_rms_w", told(in_band_rms_w),
      "RMS of the spectrum inside the band; absent where the samples are too short to tell it from what lies beyond");
    f("in_band_fraction", told(in_band_fraction),
      "share of the swing's energy inside the band, absent like its RMS; 0 where power is constant");
    f("in_band_bin_w", seen(in_band_bin_w), "largest amplitude of a bin of the spectrum inside the band");
    f("max_swing_1s_w", seen(max_swing_1s_w), "largest difference of two samples at most 1 s apart");
    f("max_swing_10s_w", seen(max_swing_10s_w), "largest difference of two samples at most 10 s apart");
    f("max_ramp_w_per_s", seen(max_ramp_w_per_s),
      "largest move over `ramp_horizon_s`, up or down and of any size, divided by it");
    f("between_samples_w", seen(between_samples_w),
      "how far power went, at most, beyond the samples before and after it; the values above do not hold it, the "
      "verdicts heed it");
    f("beyond_samples_rms_w", seen(beyond_samples_rms_w),
      "the same as the root of its mean square over time: of lines above half the sampling rate, which show at other "
      "frequencies");
    f("ramp_horizon_s", ramp_horizon, "`horizon_s` of the specification; 1 without one");
    f("band", band, "that of the specification, or of `/grid` where it has none");
    f("resolved_hz", resolved,
      "highest frequency that the samples, measured waveforms below the node and the instrument show");
    f("duration_s", duration, "how long the samples last");
    f("spec", verdicts.empty() ? std::nullopt : std::optional(spec), "the specification's name; with `/grid/spec`");
    f("passed", verdicts.empty() ? std::nullopt : std::optional(passed()), "whether every limit was kept");
    f("verdicts", verdict_results(), "by limit, of those that the specification has");
  }

 private:
  [[nodiscard]] std::vector<std::pair<std::string, VerdictResult>> verdict_results() const;
};

/// Checks the nodes (docs/training.md, "Grid checks"), as the instrument shows them.
[[nodiscard]] std::vector<GridResult> check_grid(std::span<const GridNode> nodes, const GridConfig& config);

/// One sentence for each reason why something of a node is not known, with the limits that could not be tested.
[[nodiscard]] Warnings warnings_of(std::span<const GridResult> results);

}  // namespace headroom

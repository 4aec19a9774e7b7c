#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "grid/grid_config.hpp"
#include "grid/power_trace.hpp"
#include "grid/spectrum.hpp"

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
  Doubts doubts;
  Spectrum spectrum;
  std::string spec;               ///< its name; empty without one
  std::vector<Verdict> verdicts;  ///< of the limits that the specification has

  /// False where there are less than two samples: nothing but band and verdicts is known then.
  [[nodiscard]] bool measured() const { return !spectrum.psd.empty(); }
  [[nodiscard]] bool passed() const;
  /// Whether a limit that was tested was not kept.
  [[nodiscard]] bool failed() const;
};

/// Checks the nodes (docs/training.md, "Grid checks"), as the instrument shows them.
[[nodiscard]] std::vector<GridResult> check_grid(std::span<const GridNode> nodes, const GridConfig& config);

/// One sentence for each reason why something of a node is not known, with the limits that could not be tested.
[[nodiscard]] Warnings warnings_of(std::span<const GridResult> results);

}  // namespace headroom

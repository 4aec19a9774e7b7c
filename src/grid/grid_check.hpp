#pragma once

#include <span>
#include <string>
#include <vector>

#include "grid/grid_config.hpp"
#include "grid/power_trace.hpp"
#include "grid/spectrum.hpp"

namespace headroom {

/// What was recorded at a node.
struct GridNode {
  std::string path;
  PowerTrace trace;
};

/// One limit of a specification, and how far from it the power stayed.
struct Verdict {
  std::string check;  ///< the limit's name in the specification, which ends in the unit of limit and value
  double limit = 0;
  double value = 0;

  [[nodiscard]] double margin() const { return limit - value; }
  [[nodiscard]] bool passed() const { return value <= limit; }
};

/// A node's power as its utility sees it.
struct GridResult {
  std::string path;
  double in_band_rms_w = 0;
  double in_band_fraction = 0;  ///< of the swing's energy; 0 where power is constant
  double in_band_bin_w = 0;     ///< largest amplitude of a bin in the band
  double max_swing_1s_w = 0;
  double max_swing_10s_w = 0;
  double max_ramp_w_per_s = 0;  ///< up or down, of any size
  Seconds ramp_horizon{};
  Seconds duration{};  ///< of what was checked
  Band band;
  Spectrum spectrum;
  std::string spec;               ///< its name; empty without one
  std::vector<Verdict> verdicts;  ///< of the limits that the specification has

  [[nodiscard]] bool passed() const;
};

/// Checks the nodes (docs/training.md, "Grid checks"). Left out are those with less than two samples after the
/// instrument.
[[nodiscard]] std::vector<GridResult> check_grid(std::span<const GridNode> nodes, const GridConfig& config);

}  // namespace headroom

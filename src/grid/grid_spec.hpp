#pragma once

#include <optional>
#include <string>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

class ConfigFolders;

/// Frequencies from one to another, both included.
struct Band {
  Hertz from{0.1};
  Hertz to{20.0};

  [[nodiscard]] bool contains(double frequency_hz) const {
    return frequency_hz >= from.value() * (1 - 1e-9) && frequency_hz <= to.value() * (1 + 1e-9);
  }
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// What a utility allows at a node. Every limit may be absent; source of the kinds of limit: "Power Stabilization for
/// AI Training Datacenters" (arXiv 2508.14318), which gives no values.
struct GridSpec {
  std::string name;
  std::string source;
  std::optional<Band> band;
  Seconds horizon{1.0};                           ///< of the ramps
  std::optional<double> ramp_up_w_per_s;          ///< of moves over the horizon that are larger than the dynamic range
  std::optional<double> ramp_down_w_per_s;        ///< likewise
  std::optional<Power> dynamic_range;             ///< of largest minus smallest power within a second
  std::optional<double> in_band_energy_fraction;  ///< of the swing's energy
  std::optional<Power> in_band_bin;               ///< amplitude of a bin of the spectrum

  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Reads the file that a name, or a path, stands for; `where` is what a message about the name begins with.
[[nodiscard]] GridSpec load_spec(const std::string& name, const ConfigFolders& folders, const std::string& where);

}  // namespace headroom

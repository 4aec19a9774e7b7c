#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grid/grid_spec.hpp"
#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Through what power is seen: as it is, or as NVML of an H100 or B200 reports it, a mean over the second before.
enum class Instrument { none, one_second_mean };
constexpr std::array<std::string_view, 2> words_of(Instrument) {
  return {"none", "one_second_mean"};
}

/// What of the power tree is checked as a utility would, and how it is sampled. Sampling holds the power of a sample's
/// date, at 50 Hz or more and 2.5 times the band's top or more.
struct GridConfig {
  std::vector<std::string> nodes{"site"};
  Seconds sample{0.02};
  Seconds warmup{0.0};
  Band band;
  Instrument instrument = Instrument::none;
  std::optional<GridSpec> spec;

  /// The band that counts: the specification's, where it has one.
  [[nodiscard]] const Band& critical_band() const { return spec && spec->band ? *spec->band : band; }
  /// The time over which ramps are measured.
  [[nodiscard]] Seconds ramp_horizon() const { return spec ? spec->horizon : GridSpec().horizon; }

  void fields(Fields& f);
  void check(const Scope& scope) const;
  /// Where samples would be too few a second for the band or the ramps: said before a run, while that can be changed.
  void check_sampling(const Scope& scope) const;
};

}  // namespace headroom

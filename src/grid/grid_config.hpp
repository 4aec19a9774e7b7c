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

/// The time of the dynamic range: largest minus smallest power within it.
constexpr Seconds kRangeTime{1.0};

/// Through what power is seen: as it is, or as NVML of an H100 or B200 reports it, a mean over the second before.
enum class Instrument { none, one_second_mean };
constexpr std::array<std::string_view, 2> words_of(Instrument) {
  return {"none", "one_second_mean"};
}

/// The highest frequency that something of a check depends on, and why.
struct Need {
  Hertz to{};
  std::string why;
};

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

  /// The need of the band.
  [[nodiscard]] Need band_need() const;
  /// The highest one of band, ramps and range.
  [[nodiscard]] Need highest_need() const;

  void fields(Fields& f);
  void check(const Scope& scope) const;
  /// Where samples would be too few a second for the band or the ramps: said before a run, while that can be changed.
  void check_sampling(const Scope& scope) const;
};

/// The need of moves within a time, of which at least two samples must show something.
[[nodiscard]] Need move_need(Seconds within);

}  // namespace headroom

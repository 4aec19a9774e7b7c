#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "headroom/fields.hpp"
#include "table/time_style.hpp"

namespace headroom {

enum class PowerUnit : std::uint8_t { milliwatt, watt, kilowatt };
inline std::array<std::string_view, 3> words_of(PowerUnit) {
  return {"mW", "W", "kW"};
}

/// Which column of a power record is what, by its header; empty: the names that are known decide.
struct RecordColumns {
  std::string time, gpu, power;
  void fields(Fields& f);
};

/// How the power record of a measured waveform is read, where it does not say it itself.
struct RecordConfig {
  RecordColumns columns;
  JsonText gpu;                         ///< null, a number, or text: `mean`, or one of the GPUs that the file names
  std::optional<PowerUnit> power_unit;  ///< over what the file says
  std::optional<TimeStyle> time_unit;
  std::optional<Seconds> sample;  ///< between rows of a file without times
  void fields(Fields& f);
  void check(const Scope& scope) const;
  /// Whether anything is set.
  [[nodiscard]] bool given() const;
  /// The GPU that is asked for; empty: none is.
  [[nodiscard]] std::string wanted_gpu() const;
};

}  // namespace headroom

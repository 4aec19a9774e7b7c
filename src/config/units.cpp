#include "config/units.hpp"

#include <array>

namespace headroom {
namespace {

constexpr Dimension kEnergy{1, 0}, kTime{0, 1}, kFrequency{0, -1}, kPower{1, -1}, kRamp{1, -2};
constexpr Dimension kTemperature{0, 0, 1, true}, kDifference{0, 0, 1}, kResistance{-1, 1, 1};

// Longer suffixes first, so that `_k_per_w` is not taken for `_w`. An amount per GPU has the dimension of the amount.
constexpr std::array kUnits = {
    Unit{"_k_per_w", 1.0, kResistance},
    Unit{"_w_per_s", 1.0, kRamp},
    Unit{"_w_per_gpu", 1.0, kPower},
    Unit{"_j_per_gpu", 1.0, kEnergy},
    Unit{"_per_s", 1.0, std::nullopt},
    Unit{"_fraction", 1.0, std::nullopt},
    Unit{"_tokens", 1.0, std::nullopt},
    Unit{"_bytes", 1.0, std::nullopt},
    Unit{"_mib", 0x1.0p20, std::nullopt},
    Unit{"_gib", 0x1.0p30, std::nullopt},
    Unit{"_kwh", 3.6e6, kEnergy},
    Unit{"_wh", 3.6e3, kEnergy},
    Unit{"_j", 1.0, kEnergy},
    Unit{"_kw", 1e3, kPower},
    Unit{"_w", 1.0, kPower},
    Unit{"_mhz", 1e6, kFrequency},
    Unit{"_hz", 1.0, kFrequency},
    Unit{"_ms", 1e-3, kTime},
    Unit{"_s", 1.0, kTime},
    Unit{"_c", 1.0, kTemperature},
    Unit{"_kg", 1.0, std::nullopt},
    Unit{"_k", 1.0, kDifference},
    Unit{"_usd", 1.0, std::nullopt},
};

}  // namespace

std::optional<Unit> unit_of(std::string_view name) {
  for (const auto& unit : kUnits)
    if (name.ends_with(unit.suffix)) return unit;
  return std::nullopt;
}

}  // namespace headroom

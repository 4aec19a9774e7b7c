#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/cooling/outside.hpp"
#include "model/thermal/die_sink.hpp"
#include "support/small_scenario.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom::test {

/// The resistances of the shipped A100 and the time constants of both, without spread.
inline ThermalSpec a100_thermal() {
  ThermalSpec spec;
  spec.r_die = KelvinPerWatt(0.036);
  spec.r_sink = KelvinPerWatt(0.058);
  return spec;
}

inline ThermalSpec h100_thermal() {
  ThermalSpec spec;
  spec.r_die = KelvinPerWatt(0.0202);
  spec.r_sink = KelvinPerWatt(0.0326);
  return spec;
}

/// An A100's thermal resistances in the small scenario, with air of the given temperature around every heatsink,
/// whatever the load.
inline void heat(Scenario& s, double ambient_c) {
  s.hardware.thermal = a100_thermal();
  s.hardware.thermal->ambient_at_zero = Celsius(0);
  s.hardware.thermal->ambient_per_inlet = 1;
  CoolingConfig& cooling = s.cooling.emplace();
  cooling.outside = chosen(outside_kinds(), "constant", {{"outside_c", ambient_c}});
  auto inlet = std::make_unique<InletCurve>();
  inlet->curve = {{Celsius(0), Celsius(0)}, {Celsius(1), Celsius(1)}};
  inlet->load.rise = Kelvin(0);
  cooling.inlet = {inlet_kinds(), "curve", std::move(inlet)};
  cooling.offsets = {Kelvin(0), Kelvin(0)};
}

}  // namespace headroom::test

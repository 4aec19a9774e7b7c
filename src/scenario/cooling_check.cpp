#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "scenario/section_check.hpp"

namespace headroom {
namespace {

constexpr Seconds kOneDay{86400};
constexpr int kLooks = 1000;  ///< at the weather of a run

/// The coolest that the inlets of idle servers are in a run, or in a day where nobody knows how long it is.
Celsius mildest_inlet(const Scenario& scenario) {
  const CoolingConfig& cooling = *scenario.cooling;
  const Seconds length = known_duration(scenario).value_or(kOneDay);
  const auto inlet_at = [&](int look) {
    return cooling.inlet.value->inlet(cooling.outside.value->at(length * (static_cast<double>(look) / kLooks)), 0.0);
  };
  Celsius mildest = inlet_at(0);
  for (int look = 1; look <= kLooks; ++look) mildest = std::min(mildest, inlet_at(look));
  return mildest;
}

/// No throttle holds a GPU that is too hot without work.
void check_idle_gpus(const HardwareConfig& hardware, Celsius inlet, const Scope& scope) {
  const ThermalSpec& thermal = *hardware.thermal;
  const DieSink gpu(thermal, 1.0 + thermal.position_offset(thermal.hottest(0, hardware.server.gpus)));
  const Celsius die = gpu.steady(hardware.gpu_power.idle_loaded, thermal.ambient(inlet)).die();
  if (die < thermal.throttle) return;
  const auto degrees = [](Celsius at) { return shortest(std::round(at.value())) + " degC"; };
  scope.at("throttle_c")
      .problem("is not above the " + degrees(die) + " of an idle GPU where the inlets are coolest, " + degrees(inlet) +
               ": no throttle could hold it");
}

void check_type(const Scenario& scenario, const HardwareConfig& hardware, const Scope& root, const Scope& thermal) {
  if (!hardware.thermal) thermal.problem("missing: a scenario with cooling needs it");
  else if (thermal.sound() && root.at("cooling").sound()) check_idle_gpus(hardware, mildest_inlet(scenario), thermal);
}

}  // namespace

void check_cooling(const Scenario& scenario, const Scope& root) {
  check_type(scenario, scenario.hardware, root, root.at("hardware").at("thermal"));
  for (const auto& [name, type] : scenario.server_types)
    check_type(scenario, type.hardware, root, root.at("server_types").at(name).at("hardware").at("thermal"));
}

}  // namespace headroom

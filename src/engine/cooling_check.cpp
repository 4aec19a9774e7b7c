#include "engine/cooling_check.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace headroom {
namespace {

constexpr Seconds kOneDay{86400};
constexpr int kLooks = 1000;  ///< at the weather of a run

void check_thermal(const ThermalSpec& thermal, std::uint32_t gpus, std::vector<Problem>& problems) {
  const std::string pointer = "/hardware/thermal";
  if (thermal.release >= thermal.throttle) problems.push_back({pointer + "/release_c", "must be below throttle_c"});
  if (thermal.tau_die >= thermal.tau_sink)
    problems.push_back({pointer + "/die_time_constant_s", "must be below sink_time_constant_s"});
  if (const auto& offsets = thermal.position_offsets; !offsets.empty() && offsets.size() != gpus)
    problems.push_back({pointer + "/position_offsets_fraction",
                        "must have one value for each of the " + std::to_string(gpus) + " GPUs of a server"});
}

/// The coolest that the inlets of idle servers are in a run, or in a day where nobody knows how long it is.
Celsius mildest_inlet(const Scenario& scenario) {
  const CoolingConfig& cooling = *scenario.cooling;
  const Seconds length = known_duration(scenario).value_or(kOneDay);
  const auto inlet_at = [&](int look) {
    return cooling.inlet.inlet(cooling.outside.value->at(length * (static_cast<double>(look) / kLooks)), 0.0);
  };
  Celsius mildest = inlet_at(0);
  for (int look = 1; look <= kLooks; ++look) mildest = std::min(mildest, inlet_at(look));
  return mildest;
}

/// No throttle holds a GPU that is too hot without work.
void check_idle_gpus(const Scenario& scenario, std::vector<Problem>& problems) {
  const ThermalSpec& thermal = *scenario.hardware.thermal;
  const DieSink gpu(thermal, 1.0 + thermal.position_offset(thermal.hottest(0, scenario.hardware.server.gpus)));
  const Celsius inlet = mildest_inlet(scenario);
  const Celsius die = gpu.steady(scenario.hardware.gpu_power.idle_loaded, thermal.ambient(inlet)).die();
  if (die < thermal.throttle) return;
  const auto degrees = [](Celsius at) { return shortest(std::round(at.value())) + " degC"; };
  problems.push_back({"/hardware/thermal/throttle_c", "is not above the " + degrees(die) +
                                                          " of an idle GPU where the inlets are coolest, " +
                                                          degrees(inlet) + ": no throttle could hold it"});
}

}  // namespace

void check_cooling(const Scenario& scenario, std::vector<Problem>& problems) {
  std::vector<Problem> found;
  const auto& thermal = scenario.hardware.thermal;
  if (thermal) check_thermal(*thermal, scenario.hardware.server.gpus, found);
  if (scenario.cooling) {
    if (!thermal) found.push_back({"/hardware/thermal", "missing: a scenario with cooling needs it"});
    scenario.cooling->outside.value->check("/cooling/outside", found);
    scenario.cooling->inlet.check("/cooling/inlet", found);
    if (found.empty()) check_idle_gpus(scenario, found);
  }
  problems.insert(problems.end(), found.begin(), found.end());
}

}  // namespace headroom

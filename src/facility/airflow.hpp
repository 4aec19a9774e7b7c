#pragma once

#include <optional>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// The air that a server's fans want, in m3/s: linear in GPU load between idle and full (TAPAS, ASPLOS 2025, section
/// 2.1). The published full ones hold at 80 % fan speed.
struct AirflowSpec {
  std::optional<double> full;   ///< with all GPUs at TDP
  double idle_fraction = 0.35;  ///< of it, without GPU load: our choice

  /// `gpu_load`: GPU power over TDP of all GPUs; 0 where nobody says how much it wants.
  [[nodiscard]] double at(double gpu_load) const {
    return full.value_or(0.0) * (idle_fraction + (1.0 - idle_fraction) * gpu_load);
  }
  void fields(Fields& f) {
    f("airflow_m3_per_s", full, "air that it wants with all GPUs at TDP; needed with aisles",
      Range::between(1e-4, 100));
    f("airflow_idle_fraction", idle_fraction, "share of that without GPU load", Range::fraction());
  }
};

/// Joules that warm a cubic metre of air by a kelvin, about sea level and 20 degC.
inline constexpr double kHeatOfAir = 1206;

/// By how much the inlets of an aisle rise whose servers want more air than it gets: the share 1 - supply / demand of
/// it comes back from behind the servers, warmer by what they heat it in the mean, and is heated again. 0 where supply
/// suffices. Our choice: TAPAS gives no formula.
[[nodiscard]] inline Kelvin recirculation_rise(double demand_m3_per_s, double supply_m3_per_s, Power servers) {
  if (demand_m3_per_s <= supply_m3_per_s) return Kelvin();
  const Kelvin warming(servers.value() / (kHeatOfAir * demand_m3_per_s));
  return warming * (demand_m3_per_s / supply_m3_per_s - 1.0);
}

}  // namespace headroom

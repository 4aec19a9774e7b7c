// Laws of inlets and aisles on random weather and loads.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

#include "facility/airflow.hpp"
#include "facility/server_power.hpp"
#include "model/cooling/inlet.hpp"
#include "model/thermal/die_sink.hpp"
#include "support/thermal_fixtures.hpp"

namespace headroom {
namespace {

double drawn(double low, double high) {
  return low + (high - low) * *rc::gen::inRange(0, 1000001) / 1e6;
}

RC_GTEST_PROP(AirProperty, WarmerOutsideNeverCoolsAGpu, ()) {
  const ThermalSpec spec = test::a100_thermal();
  const DieSink gpu(spec, drawn(0.8, 1.2));
  const Power power(drawn(0, 500));
  const double load = drawn(0, 1), colder = drawn(-60, 70), warmer = drawn(colder, 70);
  for (const auto& kind : inlet_kinds()) {
    const auto model = kind.make();
    const auto die = [&](double outside) {
      return gpu.steady(power, spec.ambient(model->inlet(Celsius(outside), load))).die();
    };
    RC_ASSERT(die(warmer) >= die(colder) - Kelvin(1e-9));
  }
}

/// A DGX-A100, but for its host.
ServerPowerSpec server_of_an_aisle() {
  ServerPowerSpec spec;
  spec.host_idle = Power(600);
  spec.host_active = Power(800);
  spec.fan_min = Power(150);
  spec.fan_max = Power(690);
  spec.psu_rated = Power(18000);
  spec.efficiency = {{0.1, 0.9}, {1.0, 0.94}};
  spec.airflow.full = 0.396;
  return spec;
}

/// An aisle whose servers draw these shares of their GPUs' TDP, of 400 W each.
struct AisleOfLoads {
  explicit AisleOfLoads(const std::vector<double>& loads) {
    const ServerPowerSpec spec = server_of_an_aisle();
    const ServerPower power(spec, Power(400));
    for (const double load : loads) {
      demand += spec.airflow.at(load);
      heat += power.inlet(Power(3200 * load));
    }
  }
  double demand = 0;
  Power heat;
};

RC_GTEST_PROP(AirProperty, MoreLoadInAnAisleNeverLowersItsDemandOrItsInlets, ()) {
  std::vector<double> loads;
  for (int i = *rc::gen::inRange(1, 40); i > 0; --i) loads.push_back(drawn(0.1, 1));
  const double supply = drawn(0.2, 1.1) * 0.396 * static_cast<double>(loads.size());
  const AisleOfLoads before(loads);
  double& some = loads[static_cast<std::size_t>(*rc::gen::inRange<std::size_t>(0, loads.size()))];
  some = drawn(some, 1);
  const AisleOfLoads after(loads);
  RC_ASSERT(after.demand >= before.demand);
  RC_ASSERT(recirculation_rise(after.demand, supply, after.heat) >=
            recirculation_rise(before.demand, supply, before.heat));
}

RC_GTEST_PROP(AirProperty, LessAirNeverCools, ()) {
  const double demand = drawn(0.1, 50), supply = drawn(0.05, 60), less = drawn(0.05, supply);
  const Power heat(drawn(0, 1e6));
  RC_ASSERT(recirculation_rise(demand, less, heat) >= recirculation_rise(demand, supply, heat));
  if (demand <= supply) RC_ASSERT(recirculation_rise(demand, supply, heat) == Kelvin());
}

}  // namespace
}  // namespace headroom

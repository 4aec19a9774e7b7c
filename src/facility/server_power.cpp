#include "facility/server_power.hpp"

#include <limits>

namespace headroom {
namespace {

double power_of(double base, std::uint32_t exponent) {
  double result = 1.0;
  for (std::uint32_t i = 0; i < exponent; ++i) result *= base;
  return result;
}

void check_curve(const std::vector<EfficiencyPoint>& curve, const Scope& scope) {
  if (curve.empty()) scope.problem("needs at least one point");
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const auto& [load, efficiency] = curve[i];
    const auto& [load_before, efficiency_before] = curve[i - 1];
    if (load <= load_before) scope.at(i).problem("load_fraction must rise from point to point");
    else if (load / efficiency <= load_before / efficiency_before)
      scope.at(i).problem("rises so steeply that more output would take less input");
  }
}

}  // namespace

void EfficiencyPoint::fields(Fields& f) {
  f.required("load_fraction", load_fraction, "output over rated output", Range::fraction());
  f.required("efficiency_fraction", efficiency_fraction, "output over input", Range::between(1e-3, 1.0));
}

void ServerPowerSpec::fields(Fields& f) {
  f("gpus", gpus, "GPUs in the server", Range::between(1, 1024));
  f("cpu_cores", cpu_cores, "CPU cores on which instances of services with `cpu_cores` may stand",
    Range::between(0, 65535));
  f.required("rated_w", rated, "name plate rating at the inlet", Range::power_limit());
  f.required("host_idle_w", host_idle, "host without GPU load", Range::power());
  f.required("host_active_w", host_active, "what the host adds with all GPUs at TDP", Range::power());
  f.required("fan_min_w", fan_min, "fans without GPU load", Range::power());
  f.required("fan_max_w", fan_max, "fans with all GPUs at TDP", Range::power());
  f("fan_exponent", fan_exponent, "exponent of the GPU load in the fan power", Range::between(1, 5));
  f.part(airflow);
  f.required("psu_rated_w", psu_rated, "output rating of all installed power supplies", Range::power_limit());
  f.required("efficiency", efficiency, "efficiency of the power supplies over load");
}

void ServerPowerSpec::check(const Scope& scope) const {
  if (gpus == 0) scope.at("gpus").problem("must be at least 1");
  if (fan_max < fan_min) scope.at("fan_max_w").problem("must be at least fan_min_w");
  check_curve(efficiency, scope.at("efficiency"));
}

ServerPower::ServerPower(const ServerPowerSpec& spec, Power gpu_tdp)
    : spec_(spec), all_tdp_w_(spec.gpus * gpu_tdp.value()) {
  const auto& curve = spec.efficiency;
  const double rated = spec.psu_rated.value();
  stretches_.push_back({curve.front().load_fraction * rated, curve.front().efficiency_fraction, 0.0});
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const double start = curve[i - 1].load_fraction * rated;
    const double end = curve[i].load_fraction * rated;
    const double slope = (curve[i].efficiency_fraction - curve[i - 1].efficiency_fraction) / (end - start);
    stretches_.push_back({end, curve[i - 1].efficiency_fraction - slope * start, slope});
  }
  stretches_.push_back({std::numeric_limits<double>::infinity(), curve.back().efficiency_fraction, 0.0});
}

double ServerPower::efficiency(double output_w) const {
  auto stretch = stretches_.begin();
  while (output_w > stretch->up_to_w) ++stretch;
  return stretch->intercept + stretch->slope * output_w;
}

ServerPower::Beside ServerPower::beside(Power all_gpus) const {
  const double load = all_gpus.value() / all_tdp_w_;
  return {spec_.host_idle + spec_.host_active * load,
          spec_.fan_min + (spec_.fan_max - spec_.fan_min) * power_of(load, spec_.fan_exponent)};
}

Power ServerPower::output(Power all_gpus, Power cores) const {
  const auto [host, fans] = beside(all_gpus);
  return all_gpus + host + fans + cores;
}

Power ServerPower::inlet(Power all_gpus, Power cores) const {
  const Power drawn = output(all_gpus, cores);
  return drawn / efficiency(drawn.value());
}

}  // namespace headroom

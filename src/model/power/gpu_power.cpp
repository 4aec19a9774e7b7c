#include "model/power/gpu_power.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.hpp"
#include "headroom/elementary.hpp"

namespace headroom {

void GpuPowerCoefficients::fields(Fields& f) {
  f.required("idle_w", idle, "draw without a model in memory", Range::power());
  f.required("idle_loaded_w", idle_loaded, "draw with a model in memory and no work", Range::power());
  f.required("active_w", active, "further draw while steps run, at the highest clock", Range::power());
  f.required("energy_per_flop_j", per_flop, "energy of an FP16 operation at the highest clock",
             Range::energy_of_operation());
  f.required("energy_per_byte_j", per_byte, "energy of a byte of memory traffic at the highest clock",
             Range::energy_of_operation());
  f("parallel_exponent", parallel_exponent, "on p GPUs the active draw is p to the minus this as much",
    Range::fraction());
  f("voltage_knee_fraction", voltage_knee_fraction, "clock ratio below which the voltage no longer falls",
    Range::between(0.01, 0.99));
  f("voltage_floor_fraction", voltage_floor_fraction, "lowest voltage over the voltage at the highest clock",
    Range::between(1e-3, 1.0));
  f("memory_voltage_fraction", memory_voltage_fraction, "share of a byte's energy that follows the voltage",
    Range::fraction());
  f("input_data_ratio", input_data_ratio,
    "draw of a matrix product over that with random operands, by kind of operands", Range::between(0.0, 2.0));
}

Power GpuPowerCoefficients::active_on(std::uint32_t tensor_parallel) const {
  return active * portable::pow(tensor_parallel, -parallel_exponent);
}

double flop_energy_ratio(const GpuPowerCoefficients& coefficients, const GpuSpec& gpu, std::uint32_t tensor_parallel,
                         const std::string& operands) {
  const auto ratio = coefficients.input_data_ratio.find(operands);
  const Power product = gpu.tdp - coefficients.idle_loaded - coefficients.active_on(tensor_parallel);
  if (ratio == coefficients.input_data_ratio.end() || product <= Power{}) return 1.0;
  return std::max(0.0, 1.0 - (1.0 - ratio->second) * (gpu.tdp / product));
}

std::optional<std::string> check_operands(const GpuPowerCoefficients& coefficients, const std::string& operands) {
  if (operands == "random_dense" || coefficients.input_data_ratio.contains(operands)) return std::nullopt;
  std::vector<std::string> known{"random_dense"};
  for (const auto& [name, ratio] : coefficients.input_data_ratio)
    if (name != known.front()) known.push_back(name);
  return "no operands are called \"" + operands + "\" (there are: " + join(known, ", ") + ")" +
         did_you_mean(operands, known);
}

double voltage_fraction(const GpuPowerCoefficients& coefficients, double clock_ratio) {
  const double knee = coefficients.voltage_knee_fraction;
  const double floor = coefficients.voltage_floor_fraction;
  const double above = std::max(0.0, clock_ratio - knee) / (1.0 - knee);
  return floor + (1.0 - floor) * above * std::sqrt(above);
}

EnergyRoofline::EnergyRoofline(const GpuPowerCoefficients& coefficients, const GpuSpec& gpu,
                               std::uint32_t tensor_parallel, double flop_energy_ratio)
    : coefficients_(coefficients),
      active_w_(coefficients.active_on(tensor_parallel).value()),
      per_flop_j_(coefficients.per_flop.value() * flop_energy_ratio),
      max_clock_(gpu.max_clock.value()) {}

Power EnergyRoofline::draw(const GpuActivity& activity, Hertz clock) const {
  const double ratio = clock.value() / max_clock_;
  const double voltage = voltage_fraction(coefficients_, ratio);
  const double core = voltage * voltage;
  const double memory = 1.0 - coefficients_.memory_voltage_fraction * (1.0 - core);
  return coefficients_.idle_loaded + Power((active_w_ * ratio + per_flop_j_ * activity.flops_per_s) * core +
                                           coefficients_.per_byte.value() * activity.bytes_per_s * memory);
}

}  // namespace headroom

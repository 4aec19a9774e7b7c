#include "model/power/gpu_power.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.hpp"

namespace headroom {

void GpuPowerCoefficients::fields(Fields& f) {
  f.required("idle_w", idle, "draw without a model in memory", Range::power());
  f.required("idle_loaded_w", idle_loaded, "draw with a model in memory and no work", Range::power());
  f.required("active_w", active, "further draw while it works, at the highest clock", Range::power());
  f.required("energy_per_flop_j", per_flop, "energy of an operation at the highest clock, FP8 like FP16",
             Range::energy_of_operation());
  f.required("energy_per_byte_j", per_byte, "energy of a byte of memory traffic at the highest clock",
             Range::energy_of_operation());
  f("energy_per_sequence_j", per_sequence,
    "energy of what a step does for a sequence besides, shared by the GPUs of the instance", Range::between(0.0, 10.0));
  f("sustained_fraction", sustained_fraction,
    "share of TDP at which the draw of work levels off at the highest clock: step times are those of a GPU that draws "
    "so much. Above 1 they are those of a clock that the TDP does not hold",
    Range::between(0.1, 10.0));
  f("voltage_knee_fraction", voltage_knee_fraction, "clock ratio below which the voltage no longer falls",
    Range::between(0.01, 0.99));
  f("voltage_floor_fraction", voltage_floor_fraction, "lowest voltage over the voltage at the highest clock",
    Range::between(1e-3, 1.0));
  f("memory_voltage_fraction", memory_voltage_fraction, "share of a byte's energy that follows the voltage",
    Range::fraction());
  f("input_data_ratio", input_data_ratio,
    "draw of a matrix product over that with random operands, by kind of operands", Range::between(0.0, 2.0));
  f("fitted_on", fitted_on,
    "name of the GPU on which the draw was measured that they were fitted to: another one gets a warning");
}

std::string GpuPowerCoefficients::doubts_on(const GpuSpec& gpu) const {
  if (fitted_on.empty() || fitted_on == gpu.name) return {};
  return "its coefficients were fitted to the draw of \"" + fitted_on + "\", not of \"" + gpu.name + "\"";
}

double flop_energy_ratio(const GpuPowerCoefficients& coefficients, const GpuSpec& gpu, const std::string& operands) {
  const auto ratio = coefficients.input_data_ratio.find(operands);
  const Power product = gpu.tdp - coefficients.idle_loaded - coefficients.active;
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

EnergyRoofline::EnergyRoofline(const GpuPowerCoefficients& coefficients, const GpuSpec& gpu, double flop_energy_ratio)
    : coefficients_(coefficients),
      per_flop_j_(coefficients.per_flop.value() * flop_energy_ratio),
      sustained_w_((gpu.tdp * coefficients.sustained_fraction - coefficients.idle_loaded).value()),
      max_clock_(gpu.max_clock.value()) {}

Power EnergyRoofline::draw(const GpuActivity& activity, Hertz clock) const {
  const double ratio = clock.value() / max_clock_;
  const double voltage = voltage_fraction(coefficients_, ratio);
  const double core = voltage * voltage;
  const double memory = 1.0 - coefficients_.memory_voltage_fraction * (1.0 - core);
  const double active_w = coefficients_.active.value() * (activity.busy_fraction - activity.collective_fraction);
  const double operations_w =
      per_flop_j_ * activity.flops_per_s + coefficients_.per_sequence.value() * activity.sequences_per_s;
  const double bytes_w = coefficients_.per_byte.value() * activity.bytes_per_s;
  const double sustained = std::min(1.0, sustained_w_ / (active_w + operations_w + bytes_w));
  return coefficients_.idle_loaded + Power(sustained * ((active_w * ratio + operations_w) * core + bytes_w * memory));
}

}  // namespace headroom

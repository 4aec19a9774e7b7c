#include "model/power/gpu_power.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {

void GpuPowerCoefficients::fields(Fields& f) {
  f.required("idle_w", idle, "draw without a model in memory", Range::non_negative());
  f.required("idle_loaded_w", idle_loaded, "draw with a model in memory and no work", Range::non_negative());
  f.required("active_w", active, "further draw while steps run, at the highest clock", Range::non_negative());
  f.required("energy_per_flop_j", per_flop, "energy of an FP16 operation at the highest clock", Range::non_negative());
  f.required("energy_per_byte_j", per_byte, "energy of a byte of memory traffic at the highest clock",
             Range::non_negative());
  f("flop_parallel_exponent", flop_parallel_exponent, "on p GPUs a flop costs p to the minus this as much",
    Range::fraction());
  f("byte_parallel_exponent", byte_parallel_exponent, "on p GPUs a byte costs p to the minus this as much",
    Range::fraction());
  f("voltage_knee_fraction", voltage_knee_fraction, "clock ratio below which the voltage no longer falls",
    Range::between(0.01, 0.99));
  f("voltage_floor_fraction", voltage_floor_fraction, "lowest voltage over the voltage at the highest clock",
    Range{0.0, 1.0, true});
  f("memory_voltage_fraction", memory_voltage_fraction, "share of a byte's energy that follows the voltage",
    Range::fraction());
}

EnergyRoofline::EnergyRoofline(const GpuPowerCoefficients& coefficients, const GpuSpec& gpu,
                               std::uint32_t tensor_parallel)
    : coefficients_(coefficients),
      per_flop_j_(coefficients.per_flop.value() * std::pow(tensor_parallel, -coefficients.flop_parallel_exponent)),
      per_byte_j_(coefficients.per_byte.value() * std::pow(tensor_parallel, -coefficients.byte_parallel_exponent)),
      max_clock_(gpu.max_clock.value()),
      voltage_slope_((1.0 - coefficients.voltage_floor_fraction) / (1.0 - coefficients.voltage_knee_fraction)) {}

Power EnergyRoofline::draw(const GpuActivity& activity, Hertz clock) const {
  const double ratio = clock.value() / max_clock_;
  const double voltage = std::max(coefficients_.voltage_floor_fraction, 1.0 - voltage_slope_ * (1.0 - ratio));
  const double core = voltage * voltage;
  const double memory = 1.0 - coefficients_.memory_voltage_fraction * (1.0 - core);
  return coefficients_.idle_loaded +
         Power((coefficients_.active.value() * ratio + per_flop_j_ * activity.flops_per_s) * core +
               per_byte_j_ * activity.bytes_per_s * memory);
}

}  // namespace headroom

#pragma once

#include "headroom/models.hpp"
#include "model/power/gpu_power.hpp"

namespace headroom {

/// What a GPU of an instance with `UnitModel` draws: loaded and idle, and the joules of its work a second, which follow
/// the voltage squared.
class UnitPower final : public PowerModel {
 public:
  UnitPower(const GpuPowerCoefficients& coefficients, const GpuSpec& gpu)
      : coefficients_(coefficients), max_clock_(gpu.max_clock.value()) {}

  [[nodiscard]] Power draw(const GpuActivity& activity, Hertz clock) const override {
    const double voltage = voltage_fraction(coefficients_, clock.value() / max_clock_);
    return coefficients_.idle_loaded + Power(activity.flops_per_s * voltage * voltage);
  }
  [[nodiscard]] Power idle() const override { return coefficients_.idle; }
  [[nodiscard]] Power idle_loaded() const override { return coefficients_.idle_loaded; }

 private:
  GpuPowerCoefficients coefficients_;
  double max_clock_;
};

}  // namespace headroom

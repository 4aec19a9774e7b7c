#pragma once

#include <cstdint>

#include "headroom/fields.hpp"
#include "headroom/gpu.hpp"
#include "headroom/models.hpp"

namespace headroom {

/// What a GPU draws when idle, when active, and per operation at its highest clock; see docs/models.md.
struct GpuPowerCoefficients {
  Power idle{};         ///< no model loaded
  Power idle_loaded{};  ///< a model in memory, no work
  Power active{};       ///< more while steps run, at the highest clock
  Energy per_flop{};
  Energy per_byte{};
  double flop_parallel_exponent = 0;    ///< on p GPUs a flop costs p to the minus this as much; observed, not explained
  double byte_parallel_exponent = 0;    ///< likewise a byte
  double voltage_knee_fraction = 0.75;  ///< clock ratio below which the voltage no longer falls
  double voltage_floor_fraction = 0.8;  ///< voltage there over the voltage at the highest clock
  double memory_voltage_fraction = 1;   ///< share of a byte's energy that follows the voltage

  void fields(Fields& f);
};

/// An energy roofline (Choi et al. 2013): idle, plus clock tree and operations, which cost voltage squared. It knows no
/// cap: prefill at the highest clock may draw more than the TDP, which the clamp then prevents.
class EnergyRoofline final : public PowerModel {
 public:
  EnergyRoofline(const GpuPowerCoefficients& coefficients, const GpuSpec& gpu, std::uint32_t tensor_parallel);

  [[nodiscard]] Power draw(const GpuActivity& activity, Hertz clock) const override;
  [[nodiscard]] Power idle() const override { return coefficients_.idle; }
  [[nodiscard]] Power idle_loaded() const override { return coefficients_.idle_loaded; }

 private:
  GpuPowerCoefficients coefficients_;
  double per_flop_j_;
  double per_byte_j_;
  double max_clock_;
  double voltage_slope_;  ///< of the voltage ratio over the clock ratio, above the knee
};

}  // namespace headroom

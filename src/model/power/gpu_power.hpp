#pragma once

#include <map>
#include <optional>
#include <string>

#include "headroom/fields.hpp"
#include "headroom/gpu.hpp"
#include "headroom/models.hpp"

namespace headroom {

/// What a GPU draws when idle, when active, and per operation at its highest clock; see docs/models.md.
struct GpuPowerCoefficients {
  Power idle{};         ///< no model loaded
  Power idle_loaded{};  ///< a model in memory, no work
  Power active{};       ///< more while it works, at the highest clock
  Energy per_flop{};    ///< of an operation on random operands, whatever its precision
  Energy per_byte{};
  Energy per_sequence{};                ///< of a sequence that gets a token, over the GPUs of the instance
  double sustained_fraction = 0.985;    ///< of TDP: where the draw of work at the highest clock levels off
  double voltage_knee_fraction = 0.75;  ///< clock ratio below which the voltage no longer falls
  double voltage_floor_fraction = 0.8;  ///< voltage there over the voltage at the highest clock
  double memory_voltage_fraction = 0;   ///< share of a byte's energy that follows the voltage: its way across the chip
  std::map<std::string, double>
      input_data_ratio;   ///< by kind of operands: draw of a matrix product over that with random operands
  std::string fitted_on;  ///< name of the GPU; empty: nobody says

  /// What a user of another GPU should know; empty where there is nothing.
  [[nodiscard]] std::string doubts_on(const GpuSpec& gpu) const;
  void fields(Fields& f);
};

/// Energy of an operation over that on random operands, from the ratio of draws that `input_data_ratio` holds for
/// `operands`: it is taken for a product that draws the TDP at the highest clock. Source of the effect: Gregersen,
/// Patel and Choukse 2024. Never below 0; 1 for operands that are not in the table.
[[nodiscard]] double flop_energy_ratio(const GpuPowerCoefficients& coefficients, const GpuSpec& gpu,
                                       const std::string& operands);

/// What is wrong with naming these operands: the table does not have them.
[[nodiscard]] std::optional<std::string> check_operands(const GpuPowerCoefficients& coefficients,
                                                        const std::string& operands);

/// Voltage over that at the highest clock, at a clock ratio in (0, 1]: f + (1 - f) ((x - k) / (1 - k))^1.5 above the
/// knee k, the floor f below it.
[[nodiscard]] double voltage_fraction(const GpuPowerCoefficients& coefficients, double clock_ratio);

/// An energy roofline (Choi et al. 2013): idle, plus clock tree, operations and bytes, which cost voltage squared. A
/// GPU that waits for the host or in an all-reduce is not active. Work that would draw more than a GPU sustains draws
/// that: step times were measured there, so that no clock has to fall for it.
class EnergyRoofline final : public PowerModel {
 public:
  /// `flop_energy_ratio` scales the energy of an operation, see the function of that name.
  EnergyRoofline(const GpuPowerCoefficients& coefficients, const GpuSpec& gpu, double flop_energy_ratio = 1.0);

  [[nodiscard]] Power draw(const GpuActivity& activity, Hertz clock) const override;
  [[nodiscard]] Power idle() const override { return coefficients_.idle; }
  [[nodiscard]] Power idle_loaded() const override { return coefficients_.idle_loaded; }

 private:
  GpuPowerCoefficients coefficients_;
  double per_flop_j_;
  double sustained_w_;  ///< above idle
  double max_clock_;
};

}  // namespace headroom

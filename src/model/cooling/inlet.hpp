#pragma once

#include <vector>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// A point of the curve from outside to inlet temperature.
struct InletPoint {
  Celsius outside{};
  Celsius inlet{};
  [[nodiscard]] double x() const { return outside.value(); }
  [[nodiscard]] double y() const { return inlet.value(); }
  void fields(Fields& f);
};

/// Mean inlet temperature of the servers of a datacenter with free cooling, by the temperature outside and by load.
struct InletSpec {
  std::vector<InletPoint> curve;  ///< empty: `tapas_inlet_curve`
  Kelvin load_rise{4.3};          ///< from no load to full load
  double reference_load = 0.5;    ///< at which the curve holds: our choice

  void fields(Fields& f);
  void check(const Scope& scope) const;

  /// `load_fraction`: IT power over the rated power of all servers, 0 to 1.
  [[nodiscard]] Celsius inlet(Celsius outside, double load_fraction) const;
};

/// Mean of the three servers of TAPAS figure 3 (ASPLOS 2025), seen between 7 and 30 degC outside.
const std::vector<InletPoint>& tapas_inlet_curve();

}  // namespace headroom

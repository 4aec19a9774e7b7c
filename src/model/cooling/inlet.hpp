#pragma once

#include <memory>
#include <span>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Mean inlet temperature of the servers of a datacenter, by the temperature outside and by load.
class InletModel {
 public:
  virtual ~InletModel() = default;
  /// `load_fraction`: IT power over the rated power of all servers, 0 to 1.
  [[nodiscard]] virtual Celsius inlet(Celsius outside, double load_fraction) const = 0;
  virtual void fields(Fields& f) = 0;
  virtual void check(const Scope&) const {}
};

/// How inlets rise with load, beside what is outside.
struct LoadRise {
  Kelvin rise{4.3};             ///< from no load to full load
  double reference_load = 0.5;  ///< at which what is said of the weather holds: our choice

  [[nodiscard]] Kelvin at(double load_fraction) const { return rise * (load_fraction - reference_load); }
  void fields(Fields& f);
};

/// A point of the curve from outside to inlet temperature.
struct InletPoint {
  Celsius outside{};
  Celsius inlet{};
  [[nodiscard]] double x() const { return outside.value(); }
  [[nodiscard]] double y() const { return inlet.value(); }
  void fields(Fields& f);
};

/// Straight lines between points, as of a datacenter with free cooling.
struct InletCurve final : InletModel {
  std::vector<InletPoint> curve;  ///< empty: `tapas_inlet_curve`
  LoadRise load;

  [[nodiscard]] Celsius inlet(Celsius outside, double load_fraction) const override;
  void fields(Fields& f) override;
  void check(const Scope& scope) const override;
};

/// Mean of the three servers of TAPAS figure 3 (ASPLOS 2025), seen between 7 and 30 degC outside.
const std::vector<InletPoint>& tapas_inlet_curve();

/// Held in the cold, rising in the warmth, and a smooth bend between: base + slope width ln(1 + e^((outside - knee) /
/// width)). The defaults are server 3 of TAPAS figure 3, within 0.3 K of every point between 7 and 29 degC.
struct TemperateInlet final : InletModel {
  Celsius base{17.98};
  double slope = 1.076;
  Celsius knee{16.76};
  Kelvin width{1.79};
  LoadRise load;

  [[nodiscard]] Celsius inlet(Celsius outside, double load_fraction) const override;
  void fields(Fields& f) override;
};

/// A plane in weather and load, whose two effects weaken each other: the defaults are TAPAS figure 5, seen between 21
/// and 49 degC outside.
struct HotSiteInlet final : InletModel {
  Celsius base{26.2};  ///< without load, at `reference_outside`
  Kelvin load_rise{2.9};
  double slope = 0.215;
  double slope_fall = 0.085;
  Celsius reference_outside{35};

  [[nodiscard]] Celsius inlet(Celsius outside, double load_fraction) const override;
  void fields(Fields& f) override;
};

/// `curve`, `temperate` and `hot_site`.
std::span<const Kind<InletModel>> inlet_kinds();

}  // namespace headroom

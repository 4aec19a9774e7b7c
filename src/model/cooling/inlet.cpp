#include "model/cooling/inlet.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "headroom/elementary.hpp"
#include "model/cooling/polyline.hpp"

namespace headroom {
namespace {

constexpr Range outside_range = Range::between(-60, 70);
constexpr Range inlet_range = Range::between(-20, 70);
constexpr Range load_rise_range = Range::between(0, 40);
constexpr Range slope_range = Range::between(0, 5);

template <class T>
std::unique_ptr<InletModel> make_inlet() {
  return std::make_unique<T>();
}

constexpr std::array<Kind<InletModel>, 3> kInletKinds = {
    Kind<InletModel>{"curve", "straight lines between points", make_inlet<InletCurve>},
    Kind<InletModel>{"temperate", "held in the cold, rising in the warmth, a smooth bend between",
                     make_inlet<TemperateInlet>},
    Kind<InletModel>{"hot_site", "a plane in weather and load", make_inlet<HotSiteInlet>}};

}  // namespace

void LoadRise::fields(Fields& f) {
  f("load_rise_k", rise, "rise from no load to full load", load_rise_range);
  f("reference_load_fraction", reference_load, "load at which the curve holds", Range::fraction());
}

void InletPoint::fields(Fields& f) {
  f.required("outside_c", outside, "outside", outside_range);
  f.required("inlet_c", inlet, "mean over the inlets of the servers", inlet_range);
}

void InletCurve::fields(Fields& f) {
  f("curve", curve,
    "straight lines between points of rising outside temperature; constant below the first, on with the last slope "
    "above the last; empty: TAPAS figure 3");
  f.part(load);
}

void InletCurve::check(const Scope& scope) const {
  if (!curve.empty()) check_rising(curve, "a higher outside_c", scope.at("curve"));
}

const std::vector<InletPoint>& tapas_inlet_curve() {
  static const std::vector<InletPoint> curve{
      {Celsius(15), Celsius(18.75)}, {Celsius(20), Celsius(22.3)}, {Celsius(30), Celsius(31.4)}};
  return curve;
}

Celsius InletCurve::inlet(Celsius outside, double load_fraction) const {
  return Celsius(value_at(curve.empty() ? tapas_inlet_curve() : curve, outside.value(), Beyond::continues)) +
         load.at(load_fraction);
}

void TemperateInlet::fields(Fields& f) {
  f("base_c", base, "inlets in the cold", inlet_range);
  f("slope_fraction", slope, "rise of the inlets per rise outside, in the warmth", slope_range);
  f("knee_c", knee, "outside, where the lines of cold and warmth meet", outside_range);
  f("width_k", width, "of the bend between them", Range::between(0.01, 50));
  f.part(load);
}

/// ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|), which no x overflows.
Celsius TemperateInlet::inlet(Celsius outside, double load_fraction) const {
  const double x = (outside - knee) / width;
  const double bend = std::max(x, 0.0) + portable::log(1.0 + portable::exp(-std::abs(x)));
  return base + width * (slope * bend) + load.at(load_fraction);
}

void HotSiteInlet::fields(Fields& f) {
  f("base_c", base, "inlets without load at `reference_outside_c`", inlet_range);
  f("load_rise_k", load_rise, "rise from no load to full load at `reference_outside_c`", load_rise_range);
  f("slope_fraction", slope, "rise of the inlets per rise outside, without load", slope_range);
  f("slope_fall_fraction", slope_fall, "by how much less that is at full load", slope_range);
  f("reference_outside_c", reference_outside, "outside, where the two before hold", outside_range);
}

Celsius HotSiteInlet::inlet(Celsius outside, double load_fraction) const {
  return base + load_rise * load_fraction + (outside - reference_outside) * (slope - slope_fall * load_fraction);
}

std::span<const Kind<InletModel>> inlet_kinds() {
  return kInletKinds;
}

}  // namespace headroom

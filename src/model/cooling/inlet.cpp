#include "model/cooling/inlet.hpp"

#include "model/cooling/polyline.hpp"

namespace headroom {

void InletPoint::fields(Fields& f) {
  f.required("outside_c", outside, "outside", Range::between(-60, 70));
  f.required("inlet_c", inlet, "mean over the inlets of the servers", Range::between(-20, 70));
}

void InletSpec::fields(Fields& f) {
  f("curve", curve,
    "straight lines between points of rising outside temperature; constant below the first, on with the last slope "
    "above the last; empty: TAPAS figure 3");
  f("load_rise_k", load_rise, "rise from no load to full load", Range::between(0, 40));
  f("reference_load_fraction", reference_load, "load at which the curve holds", Range::fraction());
}

void InletSpec::check(const Scope& scope) const {
  if (!curve.empty()) check_rising(curve, "a higher outside_c", scope.at("curve"));
}

const std::vector<InletPoint>& tapas_inlet_curve() {
  static const std::vector<InletPoint> curve{
      {Celsius(15), Celsius(18.75)}, {Celsius(20), Celsius(22.3)}, {Celsius(30), Celsius(31.4)}};
  return curve;
}

Celsius InletSpec::inlet(Celsius outside, double load_fraction) const {
  return Celsius(value_at(curve.empty() ? tapas_inlet_curve() : curve, outside.value(), Beyond::continues)) +
         load_rise * (load_fraction - reference_load);
}

}  // namespace headroom

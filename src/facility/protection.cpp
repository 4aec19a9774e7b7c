#include "facility/protection.hpp"

#include <limits>

#include "headroom/elementary.hpp"

namespace headroom {
namespace {

constexpr Seconds kNever(std::numeric_limits<double>::infinity());

}  // namespace

void ProtectionSpec::check(const Scope& scope) const {
  const Scope here = scope.at("curve");
  if (curve.empty()) here.problem("must have at least one point");
  for (std::size_t i = 1; i < curve.size(); ++i)
    if (curve[i].load_fraction <= curve[i - 1].load_fraction || curve[i].time > curve[i - 1].time)
      here.at(i).problem("must have a higher load and no longer time than the point before");
}

Seconds ProtectionSpec::time_to_trip(double load_fraction) const {
  if (load_fraction <= 1.0 || curve.empty()) return kNever;
  if (load_fraction <= curve.front().load_fraction)
    return curve.front().time * ((curve.front().load_fraction - 1.0) / (load_fraction - 1.0));
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const OverloadPoint& a = curve[i - 1];
    const OverloadPoint& b = curve[i];
    if (load_fraction > b.load_fraction) continue;
    const double along = (load_fraction - a.load_fraction) / (b.load_fraction - a.load_fraction);
    return Seconds(a.time.value() * portable::pow(b.time / a.time, along));
  }
  return curve.back().time;
}

Seconds Protection::change(Power load, Seconds now) {
  if (overloaded()) worn_ += (now - since_) / spec_->time_to_trip(load_ / rating_);
  else if (now > since_) worn_ = 0;
  load_ = load;
  since_ = now;
  if (tripped_ || !overloaded()) return kNever;
  return now + spec_->time_to_trip(load_ / rating_) * std::max(0.0, 1.0 - worn_);
}

}  // namespace headroom

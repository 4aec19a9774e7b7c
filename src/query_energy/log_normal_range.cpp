#include "query_energy/log_normal_range.hpp"

#include <cmath>

#include "headroom/elementary.hpp"

namespace headroom {
namespace {

/// The 95th percentile of a standard normal number, in the digits of the method.
constexpr double kP95OfNormal = 1.645;

}  // namespace

void LogNormalRange::fields(Fields& f) {
  f.required("p5", p5, "5th percentile", Range::positive());
  f.required("p95", p95, "95th percentile, not below the 5th", Range::positive());
}

void LogNormalRange::check(const Scope& scope) const {
  if (p95 < p5) scope.at("p95").problem("must not be below p5");
}

double LogNormalRange::median() const {
  return std::sqrt(p5 * p95);
}

double LogNormalRange::sigma() const {
  return portable::log(p95 / p5) / (2 * kP95OfNormal);
}

double LogNormalRange::mean_of_inverse() const {
  return portable::exp(0.5 * sigma() * sigma()) / median();
}

}  // namespace headroom

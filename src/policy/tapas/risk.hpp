#pragma once

#include <cmath>

#include "headroom/elementary.hpp"

namespace headroom {

/// Complement of the standard normal distribution, within 7.5e-8 (Abramowitz and Stegun 1964, 26.2.17).
[[nodiscard]] inline double normal_tail(double x) {
  if (x < 0) return 1 - normal_tail(-x);
  const double t = 1 / (1 + 0.2316419 * x);
  const double sum = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 0.3989422804014327 * portable::exp(-x * x / 2) * sum;
}

/// Probability that something is above its limit whose estimate errs normally.
[[nodiscard]] inline double risk_above(double limit, double estimate, double sd) {
  if (sd <= 0) return estimate > limit ? 1 : 0;
  return normal_tail((limit - estimate) / sd);
}

}  // namespace headroom

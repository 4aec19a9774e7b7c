#pragma once

#include <cmath>

namespace headroom {

/// The larger of two residuals; what is no number is worse than any.
inline double worse(double a, double b) {
  return std::isnan(b) || b > a ? b : a;
}

}  // namespace headroom

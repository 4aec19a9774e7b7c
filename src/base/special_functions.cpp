#include "base/special_functions.hpp"

#include <cmath>
#include <numbers>

#include "headroom/elementary.hpp"

namespace headroom {

/// Stirling's series (Abramowitz and Stegun 6.1.41), beyond 12, where its terms soon fall below 1e-16.
double log_gamma(double x) {
  double product = 1.0;
  for (; x < 12.0; ++x) product *= x;
  const double y = 1.0 / (x * x);
  const double series =
      (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680 - y * (1.0 / 1188 - y * 691.0 / 360360))))) / x;
  const double half_log_two_pi = 0.5 * portable::log(2 * std::numbers::pi);
  return (x - 0.5) * portable::log(x) - x + half_log_two_pi + series - portable::log(product);
}

/// 1/2 + density x (z + z^3 / 3 + z^5 / (3 5) + ...) (Abramowitz and Stegun 26.2.11).
double normal_below(double z) {
  if (std::abs(z) > 8.5) return z < 0 ? 0.0 : 1.0;
  double sum = z, term = z;
  for (double odd = 3; std::abs(term) > 1e-17 * std::abs(sum); odd += 2) sum += term *= z * z / odd;
  const double density = portable::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
  return 0.5 + density * sum;
}

}  // namespace headroom

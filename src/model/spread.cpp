#include "model/spread.hpp"

#include <algorithm>

#include "headroom/elementary.hpp"

namespace headroom {
namespace {

constexpr double kFarTail = 40;  ///< means of an exponential number, which it exceeds with a chance of 4e-18

/// The chance that a way leads to at most `value`.
double at_most(const Way& way, double value) {
  const double rest = value - way.fixed;
  if (rest < 0) return 0;
  if (way.uniform > 0) return std::min(1.0, rest / way.uniform);
  return way.exponential > 0 ? 1 - portable::exp(-rest / way.exponential) : 1;
}

double quantile(const std::vector<Way>& ways, double weight, double highest) {
  double low = 0, high = highest;
  while (high - low > 1e-6 * high) {
    const double middle = 0.5 * (low + high);
    double sum = 0;
    for (const Way& way : ways) sum += way.weight * at_most(way, middle);
    (sum < weight ? low : high) = middle;
  }
  return high;
}

}  // namespace

Spread spread_of(const std::vector<Way>& ways) {
  double total = 0, sum = 0, highest = 0;
  for (const Way& way : ways) {
    total += way.weight;
    sum += way.weight * (way.fixed + way.uniform / 2 + way.exponential);
    highest = std::max(highest, way.fixed + way.uniform + kFarTail * way.exponential);
  }
  const auto at = [&](double share) { return quantile(ways, share * total, highest); };
  return {sum / total, at(0.50), at(0.90), at(0.99)};
}

}  // namespace headroom

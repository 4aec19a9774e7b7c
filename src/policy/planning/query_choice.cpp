#include "policy/planning/query_choice.hpp"

#include <algorithm>
#include <cmath>

#include "headroom/elementary.hpp"

namespace headroom {
namespace {

/// Scores that differ by less, of the largest term, are equal: 0.6 - 0.05 x 4 and 0.9 - 0.05 x 10.
constexpr double kRounding = 1e-12;

}  // namespace

std::size_t best_configuration(std::span<const double> probabilities, std::span<const double> costs, double lambda) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < costs.size(); ++i) {
    const double ahead = probabilities[i] - probabilities[best] - lambda * (costs[i] - costs[best]);
    const double rounding = kRounding * std::max(1.0, lambda * std::abs(costs[i] - costs[best]));
    if (ahead > rounding || (ahead >= -rounding && costs[i] < costs[best])) best = i;
  }
  return best;
}

double with_logit_error(double probability, double error) {
  return probability / (probability + (1 - probability) * portable::exp(-error));
}

}  // namespace headroom

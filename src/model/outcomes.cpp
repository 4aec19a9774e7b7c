#include "model/outcomes.hpp"

#include <algorithm>
#include <cmath>

#include "base/special_functions.hpp"
#include "headroom/elementary.hpp"

namespace headroom {
namespace {

constexpr double kTail = 1e-12;         ///< probability that may be left out at either end
constexpr std::size_t kOutcomes = 256;  ///< more than these are merged with their neighbours: bounds the cost

double log_binomial(double n, double q, double k) {
  return log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1) + k * portable::log(q) +
         (n - k) * portable::log1p(-q);
}

/// The binomial distribution of n trials (a whole number) at 0 < q <= 1, in ascending order.
std::vector<CountOutcome> binomial(double n, double q) {
  if (q >= 1.0) return {{n, 1.0}};
  const double odds = q / (1.0 - q);
  const double mode = std::min(n, std::floor((n + 1) * q));
  const double top = portable::exp(log_binomial(n, q, mode));
  // Beyond the mode each term is less than `ratio` times the one before, so that a geometric series bounds the rest.
  std::vector<CountOutcome> outcomes;
  double p = top;
  for (double k = mode; k > 0;) {
    const double ratio = k / ((n - k + 1) * odds);
    p *= ratio;
    if (ratio < 1 && p < kTail * (1 - ratio)) break;
    outcomes.push_back({--k, p});
  }
  std::ranges::reverse(outcomes);
  outcomes.push_back({mode, top});
  p = top;
  for (double k = mode; k < n;) {
    const double ratio = (n - k) * odds / (k + 1);
    p *= ratio;
    if (ratio < 1 && p < kTail * (1 - ratio)) break;
    outcomes.push_back({++k, p});
  }
  double sum = 0;
  for (const CountOutcome& outcome : outcomes) sum += outcome.probability;
  for (CountOutcome& outcome : outcomes) outcome.probability /= sum;
  return merged(outcomes, kOutcomes);
}

}  // namespace

std::vector<CountOutcome> merged(const std::vector<CountOutcome>& outcomes, std::size_t most) {
  const std::size_t stride = (outcomes.size() + most - 1) / most;
  if (stride <= 1) return outcomes;
  std::vector<CountOutcome> result;
  for (std::size_t first = 0; first < outcomes.size(); first += stride) {
    CountOutcome sum{0, 0};
    for (std::size_t i = first; i < std::min(first + stride, outcomes.size()); ++i) {
      sum.count += outcomes[i].count * outcomes[i].probability;
      sum.probability += outcomes[i].probability;
    }
    result.push_back({sum.count / sum.probability, sum.probability});
  }
  return result;
}

std::vector<CountOutcome> share_of(double batch, double q) {
  const double whole = std::floor(batch);
  const double above = batch - whole;
  std::vector<CountOutcome> outcomes;
  for (const auto& [slots, weight] : {CountOutcome{whole, 1 - above}, CountOutcome{whole + 1, above}}) {
    if (weight <= 0) continue;
    for (const auto& [count, probability] : binomial(slots, q))
      outcomes.push_back({batch * (count / slots), weight * probability});
  }
  return outcomes;
}

}  // namespace headroom

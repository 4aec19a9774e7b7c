#include "query_energy/energy_sample.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace headroom {

EnergySample::EnergySample(std::vector<double> draws_wh) : sorted_(std::move(draws_wh)) {
  std::ranges::sort(sorted_);
}

double EnergySample::mean() const {
  return std::accumulate(sorted_.begin(), sorted_.end(), 0.0) / static_cast<double>(sorted_.size());
}

double EnergySample::quantile(double q) const {
  const double place = std::clamp(q, 0.0, 1.0) * static_cast<double>(sorted_.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted_.size() - 1);
  return sorted_[below] + (place - static_cast<double>(below)) * (sorted_[above] - sorted_[below]);
}

double EnergySample::median_standard_error() const {
  const double reach = 0.5 / std::sqrt(static_cast<double>(sorted_.size()));
  return 0.5 * (quantile(0.5 + reach) - quantile(0.5 - reach));
}

EnergySample EnergySample::within(double low, double high) const {
  const auto from = std::ranges::lower_bound(sorted_, quantile(low));
  const auto to = std::ranges::upper_bound(sorted_, quantile(high));
  return EnergySample(std::vector<double>(from, to));
}

EnergySample pooled(const std::vector<EnergySample>& samples) {
  std::vector<double> all;
  for (const EnergySample& sample : samples) all.insert(all.end(), sample.sorted().begin(), sample.sorted().end());
  return EnergySample(std::move(all));
}

}  // namespace headroom

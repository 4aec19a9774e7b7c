#include "base/quantile_sketch.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {

void QuantileSketch::add_range(double first, double step, std::uint64_t count, double weight) {
  if (count == 0) return;
  const double n = static_cast<double>(count);
  const double last = first + step * (n - 1);
  note(first, 0, 0);
  note(last, n * weight, weight * n * (first + last) / 2);
  const std::size_t last_index = index_of(last);
  std::size_t index = index_of(first);
  std::uint64_t done = 0;
  for (; index < last_index; ++index) {
    // Values below the upper edge of this bucket: the smallest k with first + k * step >= edge.
    const double below = std::min(std::ceil((lower_edge(index + 1) - first) / step), n);
    const auto upto = std::clamp(static_cast<std::uint64_t>(std::max(below, 0.0)), done, count);
    bucket(index) += weight * static_cast<double>(upto - done);
    done = upto;
  }
  bucket(last_index) += weight * static_cast<double>(count - done);
}

double& QuantileSketch::grow(std::size_t index) {
  if (buckets_.empty()) {
    offset_ = index;
    buckets_.assign(1, 0.0);
  } else if (index < offset_) {
    buckets_.insert(buckets_.begin(), offset_ - index, 0.0);
    offset_ = index;
  } else {
    buckets_.resize(index - offset_ + 1, 0.0);
  }
  return buckets_[index - offset_];
}

void QuantileSketch::merge(const QuantileSketch& other) {
  for (std::size_t i = 0; i < other.buckets_.size(); ++i)
    if (other.buckets_[i] > 0) bucket(other.offset_ + i) += other.buckets_[i];
  weight_ += other.weight_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

std::vector<double> QuantileSketch::quantiles(std::span<const double> fractions) const {
  std::vector<double> values;
  values.reserve(fractions.size());
  std::size_t next = 0;
  double below = 0;  // up to here
  for (const double q : fractions) {
    const double target = q * weight_;
    while (next < buckets_.size() && !(buckets_[next] > 0 && below + buckets_[next] >= target))
      below += buckets_[next++];
    values.push_back(weight_ <= 0              ? 0.0
                     : next == buckets_.size() ? max_
                                               : std::clamp(middle_of(offset_ + next), min_, max_));
  }
  return values;
}

}  // namespace headroom

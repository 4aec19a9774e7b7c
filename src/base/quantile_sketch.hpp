#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/assert.hpp"

namespace headroom {

/// A distribution of positive numbers in buckets of 1/512 of a power of two: quantiles err by at most 0.1 %
/// (half a bucket, 2^-10); weight, mean, minimum and maximum are exact. Weights may be counts or durations.
class QuantileSketch {
 public:
  void add(double value, double weight = 1.0) {
    note(value, weight, value * weight);
    bucket(index_of(value)) += weight;
  }

  /// Adds the `count` values first, first + step, first + 2 step, ... (step >= 0) with one weight each;
  /// costs one addition per bucket they touch, not per value.
  void add_range(double first, double step, std::uint64_t count, double weight = 1.0);

  void merge(const QuantileSketch& other);

  [[nodiscard]] bool empty() const { return weight_ == 0; }
  [[nodiscard]] double weight() const { return weight_; }
  [[nodiscard]] double sum() const { return sum_; }  ///< of values times their weights
  [[nodiscard]] double mean() const { return weight_ > 0 ? sum_ / weight_ : 0.0; }
  [[nodiscard]] double min() const { return min_; }
  [[nodiscard]] double max() const { return max_; }

  /// The value below which a fraction q (0..1) of the weight lies; 0 of an empty sketch.
  [[nodiscard]] double quantile(double q) const { return quantiles({&q, 1}).front(); }
  /// Of rising fractions, in one pass.
  [[nodiscard]] std::vector<double> quantiles(std::span<const double> fractions) const;

 private:
  static constexpr int kSubBits = 9;
  static constexpr int kShift = 52 - kSubBits;
  static constexpr double kSmallest = 0x1.0p-30;  ///< values below share the first bucket
  static constexpr std::uint64_t kFirst = std::bit_cast<std::uint64_t>(kSmallest) >> kShift;

  static std::size_t index_of(double value) {
    if (!(value > kSmallest)) return 0;
    return static_cast<std::size_t>((std::bit_cast<std::uint64_t>(value) >> kShift) - kFirst);
  }
  static double lower_edge(std::size_t index) {
    return std::bit_cast<double>((static_cast<std::uint64_t>(index) + kFirst) << kShift);
  }
  static double middle_of(std::size_t index) { return (lower_edge(index) + lower_edge(index + 1)) / 2; }
  double& bucket(std::size_t index) {
    if (index >= offset_ && index < offset_ + buckets_.size()) [[likely]]
      return buckets_[index - offset_];
    return grow(index);
  }
  double& grow(std::size_t index);
  void note(double value, double weight, double sum) {
    weight_ += weight;
    sum_ += sum;
    if (value < min_) min_ = value;
    if (value > max_) max_ = value;
  }

  std::vector<double> buckets_;
  std::size_t offset_ = 0;  ///< index of the first bucket held
  double weight_ = 0;
  double sum_ = 0;
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = 0;
};

}  // namespace headroom

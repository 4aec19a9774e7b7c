#pragma once

#include <cstddef>
#include <vector>

namespace headroom {

/// Draws of an energy, in Wh.
class EnergySample {
 public:
  /// At least one draw.
  explicit EnergySample(std::vector<double> draws_wh);

  [[nodiscard]] std::size_t size() const { return sorted_.size(); }
  [[nodiscard]] const std::vector<double>& sorted() const { return sorted_; }
  [[nodiscard]] double mean() const;
  /// Between two draws it is interpolated: place q (n - 1) of the sorted draws, counted from 0.
  [[nodiscard]] double quantile(double q) const;
  /// Half the distance of the draws sqrt(n)/2 places below and above the median, where it lies in two of three samples
  /// of independent draws, whatever their distribution.
  [[nodiscard]] double median_standard_error() const;
  /// Those from one quantile to another.
  [[nodiscard]] EnergySample within(double low, double high) const;

 private:
  std::vector<double> sorted_;
};

/// All draws of several samples.
[[nodiscard]] EnergySample pooled(const std::vector<EnergySample>& samples);

}  // namespace headroom

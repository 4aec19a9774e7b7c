#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "headroom/quantity.hpp"
#include "metrics/meter.hpp"

namespace headroom {

/// Rows of bins of one width from time 0, as power.json has them: without a given width the bins of all rows double
/// theirs whenever one would have more than 10,000. Bin i holds the times above i widths, up to i + 1 of them.
/// `Bin` has `add(const Bin&)`, which merges two neighbours.
template <class Bin>
class BinnedRows {
 public:
  explicit BinnedRows(std::optional<Seconds> bin)
      : bin_(bin.value_or(BinnedSeries::kFirstBin).value()), fixed_(bin.has_value()) {}

  void add_row() { rows_.emplace_back(); }
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  /// The bins of a row so far.
  [[nodiscard]] std::vector<Bin>& operator[](std::size_t row) { return rows_[row]; }
  [[nodiscard]] double bin_s() const { return bin_; }
  /// Where the last bin of a row ends.
  [[nodiscard]] double end(std::size_t row) const { return bin_ * static_cast<double>(rows_[row].size()); }
  /// Gives a row one bin more, or makes all bins twice as wide.
  void grow(std::size_t row) {
    if (!fixed_ && rows_[row].size() == BinnedSeries::kMostBins) coarsen();
    else rows_[row].emplace_back();
  }
  /// The bin of a time in the last bin of the row, or behind it.
  [[nodiscard]] Bin& at(std::size_t row, double time) {
    while (rows_[row].empty() || time > end(row)) grow(row);
    return rows_[row].back();
  }

 private:
  void coarsen() {
    for (std::vector<Bin>& bins : rows_) {
      const std::size_t half = (bins.size() + 1) / 2;
      for (std::size_t i = 0; i < half; ++i) {
        Bin merged = bins[2 * i];
        if (2 * i + 1 < bins.size()) merged.add(bins[2 * i + 1]);
        bins[i] = merged;
      }
      bins.resize(half);
    }
    bin_ *= 2;
  }

  double bin_;
  bool fixed_;
  std::vector<std::vector<Bin>> rows_;
};

}  // namespace headroom

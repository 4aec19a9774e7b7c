#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "headroom/quantity.hpp"
#include "metrics/meter.hpp"

namespace headroom {

/// Rows of bins of one width from time 0, all rows as long as each other. Without a given width it begins at
/// `kFirstBin` and doubles whenever there would be more than 10,000 bins. Bin i holds the times above i widths, up to
/// i + 1 of them. `Bin` has `add(const Bin&)`, which merges two neighbours.
template <class Bin>
class BinnedRows {
 public:
  static constexpr Seconds kFirstBin{10.0};

  explicit BinnedRows(std::optional<Seconds> bin)
      : bin_(bin.value_or(kFirstBin).value()), end_(bin_), fixed_(bin.has_value()) {}

  void add_row() { rows_.emplace_back(size_ + 1); }
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  /// The bins of a row so far; the last is the present one.
  [[nodiscard]] const std::vector<Bin>& operator[](std::size_t row) const { return rows_[row]; }
  [[nodiscard]] std::vector<Bin>& operator[](std::size_t row) { return rows_[row]; }
  [[nodiscard]] double bin_s() const { return bin_; }
  /// Of the present bin.
  [[nodiscard]] double begin() const { return end_ - bin_; }
  [[nodiscard]] double end() const { return end_; }
  /// Goes on to the next bin, which is empty.
  void advance() {
    ++size_;
    if (!fixed_ && size_ == BinnedSeries::kMostBins) coarsen();
    for (std::vector<Bin>& bins : rows_) bins.emplace_back();
    end_ = bin_ * static_cast<double>(size_ + 1);
  }
  /// The bin of a row at a time that is not before the present bin.
  [[nodiscard]] Bin& at(std::size_t row, double time) {
    while (time > end_) advance();
    return rows_[row].back();
  }

 private:
  void coarsen() {
    size_ /= 2;
    for (std::vector<Bin>& bins : rows_) {
      for (std::size_t i = 0; i < size_; ++i) {
        Bin merged = bins[2 * i];
        merged.add(bins[2 * i + 1]);
        bins[i] = merged;
      }
      bins.resize(size_);
    }
    bin_ *= 2;
  }

  double bin_;
  double end_;
  bool fixed_;
  std::size_t size_ = 0;  ///< bins before the present one
  std::vector<std::vector<Bin>> rows_;
};

}  // namespace headroom

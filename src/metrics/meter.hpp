#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

#include "base/quantile_sketch.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Power over time in equal bins from time 0. Without a given width the bins double theirs whenever there would be
/// more than 10,000, so that memory stays bounded.
class BinnedSeries {
 public:
  static constexpr Seconds kFirstBin{2.0};
  static constexpr std::size_t kMostBins = 10000;
  static constexpr std::size_t kBytesOfBin = 4 * sizeof(double);

  BinnedSeries(Seconds bin, bool fixed) : bin_(bin.value()), fixed_(fixed) {}

  /// Constant power over [from, to); calls come in order and without gaps.
  void add(double power_w, double from, double to) {
    if (to <= end_of_last_) [[likely]]
      bins_.back().book(power_w, to - from);
    else add_across_bins(power_w, from, to);
  }
  [[nodiscard]] Seconds bin() const { return Seconds(bin_); }

  struct Values {
    std::vector<double> mean_w, min_w, max_w;
  };
  /// The bins so far; the last may be shorter than the others.
  [[nodiscard]] Values values() const;

 private:
  struct Bin {
    double energy = 0;
    double time = 0;
    double min = std::numeric_limits<double>::infinity();
    double max = 0;

    void book(double power_w, double elapsed) {
      energy += power_w * elapsed;
      time += elapsed;
      min = std::min(min, power_w);
      max = std::max(max, power_w);
    }
  };
  static_assert(sizeof(Bin) == kBytesOfBin);
  void add_across_bins(double power_w, double from, double to);
  void coarsen();

  double bin_;
  bool fixed_;
  double end_of_last_ = 0;
  std::vector<Bin> bins_;
};

/// Measures one node of the power tree: all exact but `p99`, which is time-weighted and errs by at most 0.1 %. Changes
/// are kept until there are some, and booked together: a site has hundreds of meters, each far from the others in
/// memory.
class Meter {
 public:
  Meter(std::optional<Power> budget, Seconds bin, bool fixed_bin)
      : budget_(budget ? budget->value() : std::numeric_limits<double>::infinity()), series_(bin, fixed_bin) {}

  /// The power is this from `now` on.
  void change(Power power, Seconds now) {
    pending_[count_++] = {now.value(), power.value()};
    if (count_ == pending_.size()) book_pending();
  }
  /// Books the time up to `now`; what is asked below is as of then.
  void settle(Seconds now) {
    book_pending();
    book_until(now.value());
  }

  [[nodiscard]] Energy energy() const { return Energy(distribution_.sum()); }
  [[nodiscard]] Power mean() const { return since_ > 0 ? energy() / Seconds(since_) : Power(); }
  [[nodiscard]] Power peak() const { return Power(distribution_.max()); }
  [[nodiscard]] Power p99() const { return Power(distribution_.quantile(0.99)); }
  [[nodiscard]] Seconds above_budget() const { return Seconds(above_budget_); }
  [[nodiscard]] const BinnedSeries& series() const { return series_; }

 private:
  struct Change {
    double at;
    double power_w;
  };
  void book_pending();
  void book_until(double now);

  std::array<Change, 16> pending_;
  std::uint32_t count_ = 0;
  double budget_;
  double power_ = 0;
  double since_ = 0;
  double above_budget_ = 0;
  QuantileSketch distribution_;  ///< weighted by seconds, so that its sum is the energy
  BinnedSeries series_;
};

/// What telemetry samples say of a node: the largest, and the largest rise within windows of 2, 5 and 40 s.
class SampleStatistics {
 public:
  static constexpr std::array<double, 3> kWindows = {2.0, 5.0, 40.0};

  void add(Power sample, Seconds taken_at);
  [[nodiscard]] Power peak() const { return Power(peak_); }
  /// max(s_i - s_j) over samples at most `kWindows[window]` apart; none where no two are.
  [[nodiscard]] std::optional<Power> largest_rise(std::size_t window) const {
    return rises_[window] ? std::optional(Power(*rises_[window])) : std::nullopt;
  }
  [[nodiscard]] bool empty() const { return !last_; }

 private:
  struct Sample {
    double time, power;
  };
  /// By window: its lowest sample first, and behind it those that become the lowest as the window moves on.
  std::array<std::deque<Sample>, kWindows.size()> lowest_;
  std::array<std::optional<double>, kWindows.size()> rises_{};
  double peak_ = 0;
  std::optional<double> last_;  ///< when the last sample was taken
};

}  // namespace headroom

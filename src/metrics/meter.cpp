#include "metrics/meter.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {

constexpr double kGrid = 1e-9;  // dates of samples are whole nanoseconds

}  // namespace

void BinnedSeries::add_across_bins(double power_w, double from, double to) {
  while (from < to) {
    if (from >= end_of_last_ && !fixed_ && bins_.size() == kMostBins) coarsen();
    if (from >= end_of_last_) {
      bins_.emplace_back();
      end_of_last_ = bin_ * static_cast<double>(bins_.size());
      continue;
    }
    const double until = std::min(to, end_of_last_);
    bins_.back().book(power_w, until - from);
    from = until;
  }
}

void BinnedSeries::coarsen() {
  const std::size_t half = (bins_.size() + 1) / 2;
  for (std::size_t i = 0; i < half; ++i) {
    Bin merged = bins_[2 * i];
    if (2 * i + 1 < bins_.size()) {
      const Bin& second = bins_[2 * i + 1];
      merged.energy += second.energy;
      merged.time += second.time;
      merged.min = std::min(merged.min, second.min);
      merged.max = std::max(merged.max, second.max);
    }
    bins_[i] = merged;
  }
  bins_.resize(half);
  bin_ *= 2;
  end_of_last_ = bin_ * static_cast<double>(half);
}

BinnedSeries::Values BinnedSeries::values() const {
  Values values;
  for (const Bin& bin : bins_) {
    if (bin.time <= 0) continue;
    values.mean_w.push_back(bin.energy / bin.time);
    values.min_w.push_back(bin.min);
    values.max_w.push_back(bin.max);
  }
  return values;
}

void Meter::book_pending() {
  for (std::uint32_t i = 0; i < count_; ++i) {
    book_until(pending_[i].at);
    power_ = pending_[i].power_w;
  }
  count_ = 0;
}

void Meter::book_until(double now) {
  const double elapsed = now - since_;
  if (elapsed <= 0) return;
  if (power_ > budget_) above_budget_ += elapsed;
  distribution_.add(power_, elapsed);
  series_.add(power_, since_, now);
  since_ = now;
}

void SampleStatistics::add(Power sample, Seconds taken_at) {
  peak_ = std::max(peak_, sample.value());
  for (std::size_t w = 0; w < kWindows.size(); ++w) {
    std::deque<Sample>& lowest = lowest_[w];
    while (!lowest.empty() && taken_at.value() - lowest.front().time > kWindows[w] + kGrid) lowest.pop_front();
    while (!lowest.empty() && lowest.back().power >= sample.value()) lowest.pop_back();
    lowest.push_back({taken_at.value(), sample.value()});
    if (last_ && taken_at.value() - *last_ <= kWindows[w] + kGrid)
      rises_[w] = std::max(rises_[w].value_or(0.0), sample.value() - lowest.front().power);
  }
  last_ = taken_at.value();
}

}  // namespace headroom

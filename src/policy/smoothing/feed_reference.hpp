#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "headroom/elementary.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// What the feed of a storage follows: a mean of the demand, taken at whole ticks.
class FeedReference {
 public:
  virtual ~FeedReference() = default;
  /// The demand has been `power` as long as one looks back.
  virtual void begin(Power power) = 0;
  /// The demand was `power` for `time`.
  virtual void add(Power power, Seconds time) = 0;
  /// A tick has passed.
  virtual void tick() {}
  /// The mean at the last tick, or at the beginning.
  [[nodiscard]] virtual Power mean() const = 0;
};

/// Trailing boxcar, exact at ticks: the energy of the last `cells` ticks over their time. It passes a frequency f with
/// a factor of |sinc(f * window)|.
class MovingAverage : public FeedReference {
 public:
  MovingAverage(Seconds tick, std::size_t cells) : tick_(tick), cells_(cells) {}

  void begin(Power power) override {
    std::ranges::fill(cells_, power * tick_);
    sum_ = power * tick_ * static_cast<double>(cells_.size());
  }
  void add(Power power, Seconds time) override { open_ += power * time; }

  /// The sum is taken anew once a window, so that rounding cannot build up.
  void tick() override {
    sum_ += open_ - cells_[next_];
    cells_[next_] = open_;
    open_ = {};
    if (++next_ < cells_.size()) return;
    next_ = 0;
    sum_ = std::accumulate(cells_.begin(), cells_.end(), Energy());
  }

  [[nodiscard]] Power mean() const override { return sum_ / (tick_ * static_cast<double>(cells_.size())); }

 private:
  Seconds tick_;
  std::vector<Energy> cells_;
  std::size_t next_ = 0;
  Energy sum_{}, open_{};
};

/// First-order low-pass, y' = (demand - y) / tau, exact for a held demand.
class LowPass : public FeedReference {
 public:
  explicit LowPass(Seconds tau) : tau_(tau) {}

  void begin(Power power) override { mean_ = power; }
  void add(Power power, Seconds time) override { mean_ = power + (mean_ - power) * portable::exp(-(time / tau_)); }

  [[nodiscard]] Power mean() const override { return mean_; }

 private:
  Seconds tau_;
  Power mean_{};
};

}  // namespace headroom

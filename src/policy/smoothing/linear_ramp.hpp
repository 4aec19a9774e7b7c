#pragma once

#include "headroom/quantity.hpp"

namespace headroom {

/// A power that moves at a constant rate from a date on until it is at its target, and stays there:
/// P(t) = from + rate * (t - begin) up to the end, `to` from then on.
class LinearRamp {
 public:
  /// A ramp has a rate above 0, whichever way it goes.
  LinearRamp(Power from, Power to, PowerRamp rate, Seconds begin)
      : from_(from), to_(to), rate_(to < from ? -rate : rate), begin_(begin), end_(begin + (to - from) / rate_) {}

  [[nodiscard]] Power at(Seconds date) const { return date >= end_ ? to_ : from_ + rate_ * (date - begin_); }
  [[nodiscard]] Seconds end() const { return end_; }
  /// When it passes `power`, which must not lie beyond its target; before the begin where it is passed already.
  [[nodiscard]] Seconds date_of(Power power) const { return power == to_ ? end_ : begin_ + (power - from_) / rate_; }

 private:
  Power from_, to_;
  PowerRamp rate_;
  Seconds begin_, end_;
};

}  // namespace headroom

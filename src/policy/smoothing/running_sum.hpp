#pragma once

#include "headroom/quantity.hpp"

namespace headroom {

/// A sum of energies that carries what rounding cuts off each addend (Kahan), so that weeks of ticks do not drift.
class RunningSum {
 public:
  RunningSum& operator+=(Energy addend) {
    const Energy corrected = addend - excess_;
    const Energy sum = sum_ + corrected;
    excess_ = (sum - sum_) - corrected;
    sum_ = sum;
    return *this;
  }
  [[nodiscard]] Energy value() const { return sum_; }

 private:
  Energy sum_{}, excess_{};
};

}  // namespace headroom

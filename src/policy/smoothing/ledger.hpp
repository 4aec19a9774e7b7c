#pragma once

#include <algorithm>

#include "headroom/smoother.hpp"

namespace headroom {

/// The books of a stage that stores nothing: burned = drawn - demand + unserved. Rates are held between settlements, so
/// that every entry is an exact sum of power x time.
class Ledger {
 public:
  /// Empties the books; what is held goes on.
  void begin(Seconds now) {
    books_ = {};
    since_ = now;
  }

  /// Writes down what was held until `now`.
  void settle(Seconds now) {
    const Seconds time = now - since_;
    books_.demand += demand_ * time;
    books_.drawn += draw_ * time;
    books_.unserved += unserved_ * time;
    books_.burned += (draw_ - demand_ + unserved_) * time;
    since_ = now;
  }

  /// What holds from the last settlement on.
  void hold(Power demand, Power draw, Power unserved) {
    demand_ = demand;
    draw_ = draw;
    unserved_ = unserved;
  }

  [[nodiscard]] SmoothingBooks books(Seconds now) const {
    Ledger settled = *this;
    settled.settle(now);
    return settled.books_;
  }

 private:
  SmoothingBooks books_;
  Power demand_{}, draw_{}, unserved_{};
  Seconds since_{};
};

}  // namespace headroom

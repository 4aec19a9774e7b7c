#pragma once

#include "headroom/smoother.hpp"
#include "policy/smoothing/running_sum.hpp"

namespace headroom {

/// The books of a stage that stores nothing: burned = drawn - demand + unserved. Rates are held between settlements, so
/// that every entry is an exact sum of power x time.
class Ledger {
 public:
  /// Empties the books; what is held goes on.
  void begin(Seconds now) {
    demanded_ = drawn_ = unserved_sum_ = burned_ = {};
    since_ = now;
  }

  /// Writes down what was held until `now`.
  void settle(Seconds now) {
    const Seconds time = now - since_;
    demanded_ += demand_ * time;
    drawn_ += draw_ * time;
    unserved_sum_ += unserved_ * time;
    burned_ += (draw_ - demand_ + unserved_) * time;
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
    return settled.books();
  }

 private:
  [[nodiscard]] SmoothingBooks books() const {
    SmoothingBooks books;
    books.demand = demanded_.value();
    books.unserved = unserved_sum_.value();
    books.burned = burned_.value();
    books.drawn = drawn_.value();
    return books;
  }

  RunningSum demanded_, drawn_, unserved_sum_, burned_;
  Power demand_{}, draw_{}, unserved_{};
  Seconds since_{};
};

}  // namespace headroom

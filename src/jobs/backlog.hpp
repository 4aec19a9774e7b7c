#pragma once

#include <algorithm>

#include "headroom/quantity.hpp"

namespace headroom {

/// Work of a pool that is decided on, in seconds of an instance, and how much of it is left.
class Backlog {
 public:
  void add(Seconds work) { decided_ += work; }
  void remove(Seconds work) { decided_ -= work; }

  /// From now on an instance does so much of it a second.
  void begin(double pace, Seconds now) {
    pace_ += pace;
    before_ += now * pace;
  }
  /// That instance is done with what it began then, which is removed by itself.
  void end(double pace, Seconds begun) {
    pace_ -= pace;
    before_ -= begun * pace;
  }

  [[nodiscard]] Seconds left(Seconds now) const { return std::max(Seconds(), decided_ - (now * pace_ - before_)); }

 private:
  Seconds decided_{};
  double pace_ = 0;   ///< of all that is under way
  Seconds before_{};  ///< what it would have done from time 0 to when it began
};

}  // namespace headroom

#pragma once

#include <vector>

#include "policy/dynamo/best_split.hpp"

namespace headroom {

/// A stretch of load over which power rises at one rate.
struct PowerSlope {
  double load = 0;
  double watts_per_load = 0;
};

/// The least power of an instance at each load over all its clocks. It may jump up where a clock's curve ends.
class PowerEnvelope {
 public:
  struct Point {
    double watts = 0;
    double clock_mhz = 0;
  };

  explicit PowerEnvelope(const std::vector<PowerCurve>& curves);

  bool empty() const { return pieces_.empty(); }
  double largest_load() const { return pieces_.back().to.load; }
  Point at(double load) const;
  /// The ends of its pieces, by load; two where it jumps.
  const std::vector<PowerKnot>& ends() const { return ends_; }

  /// The convex hull below it: watts without load, and the slopes from there on, which rise.
  double hull_at_idle() const { return hull_at_idle_; }
  const std::vector<PowerSlope>& hull() const { return hull_; }

 private:
  /// One curve over a range of loads in which it is linear and the least.
  struct Piece {
    PowerKnot from;
    PowerKnot to;
    double clock_mhz;
  };

  void add(const Piece& piece);
  void find_ends();
  void find_hull();

  std::vector<Piece> pieces_;
  std::vector<PowerKnot> ends_;
  double hull_at_idle_ = 0;
  std::vector<PowerSlope> hull_;
};

}  // namespace headroom

#pragma once

#include <limits>

namespace headroom {

/// The closed interval a number must lie in; an open end excludes the bound itself, and 0 may be allowed beside it.
/// Every number of a scenario has both bounds (tests/unit/scenario/bounds_test.cpp).
struct Range {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool min_open = false;
  bool or_zero = false;

  static constexpr Range positive() { return {0.0, std::numeric_limits<double>::infinity(), true}; }
  static constexpr Range non_negative() { return {0.0, std::numeric_limits<double>::infinity(), false}; }
  static constexpr Range fraction() { return {0.0, 1.0, false}; }
  /// A fraction that may be above 1, and not 0.
  static constexpr Range multiple() { return {1e-3, 1e3, false}; }
  static constexpr Range between(double low, double high) { return {low, high, false}; }
  /// Of what is absent at 0, and senseless just above.
  static constexpr Range zero_or_between(double low, double high) { return {low, high, false, true}; }

  // Quantities, in the unit that the name of their value ends in. No real one lies outside, and within them no sum or
  // product of a run overflows or vanishes.
  static constexpr Range power() { return {0.0, 1e9, false}; }        // W
  static constexpr Range power_limit() { return {1.0, 1e9, false}; }  // W: of caps, ratings, budgets
  static constexpr Range ramp() { return {1e-3, 1e15, false}; }       // W/s
  static constexpr Range delay() { return {0.0, 1e9, false}; }        // s
  static constexpr Range period() { return {1e-6, 1e9, false}; }      // s: of whatever repeats or must advance
  static constexpr Range overhead() { return {0.0, 1e6, false}; }     // ms: of a step
  static constexpr Range clock() { return {1.0, 1e4, false}; }        // MHz
  static constexpr Range frequency() { return {1e-6, 1e3, false}; }   // Hz: of power swings
  static constexpr Range throughput() { return {1e3, 1e21, false}; }  // bytes or operations a second
  static constexpr Range energy_of_operation() {
    return {0.0, 1e-6, false};
  }                                                                 // J: of a floating-point operation, a byte
  static constexpr Range dimension() { return {1.0, 1e7, false}; }  // of a model: widths, heads, layers
};

}  // namespace headroom

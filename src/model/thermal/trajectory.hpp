#pragma once

#include <optional>

#include "headroom/quantity.hpp"

namespace headroom {

/// A temperature on its way to an end value: T(t) = end + slow e^(-t / tau_slow) + fast e^(-t / tau_fast), the exact
/// answer of two first-order nodes to constant power. It has at most one turning point, since tau_fast < tau_slow.
struct Trajectory {
  Celsius end;
  Kelvin slow, fast;
  Seconds tau_slow, tau_fast;

  [[nodiscard]] Celsius at(Seconds t) const;
  /// Above every temperature on the way; needs no exponential.
  [[nodiscard]] Celsius bound() const;
  /// When it turns, after t = 0; none where it rises or falls all the way.
  [[nodiscard]] std::optional<Seconds> turning_point() const;
  /// The highest temperature in [0, length].
  [[nodiscard]] Celsius highest(Seconds length) const;
  /// The first t >= 0 at which it is at least `limit`; infinite where it never is.
  [[nodiscard]] Seconds time_to_rise_to(Celsius limit) const;
  /// The first t >= 0 at which it is at most `limit`; infinite where it never is.
  [[nodiscard]] Seconds time_to_fall_to(Celsius limit) const;
};

}  // namespace headroom

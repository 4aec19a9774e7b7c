#include "model/thermal/trajectory.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "headroom/elementary.hpp"

namespace headroom {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
/// A crossing is known within this time, relative to the larger of its own and 1 s.
constexpr double kPrecision = 1e-13;
/// Halving alone needs fewer to narrow any bracket down to that.
constexpr int kMostSteps = 1200;

/// The same exponentials as plain numbers, measured from a limit.
struct Excess {
  double end, slow, fast, tau_slow, tau_fast;

  struct Motion {
    double value, rate;
  };
  [[nodiscard]] Motion motion(double t) const {
    const double slow_now = slow * portable::exp(-t / tau_slow);
    const double fast_now = fast * portable::exp(-t / tau_fast);
    return {end + slow_now + fast_now, -slow_now / tau_slow - fast_now / tau_fast};
  }

  /// The turn, or 0 where there is none after t = 0: slow / tau_slow e^(-t / tau_slow) = -fast / tau_fast e^(-t /
  /// tau_fast).
  [[nodiscard]] double turn() const {
    const double ratio = -(fast * tau_slow) / (slow * tau_fast);
    return slow != 0 && ratio > 1 ? portable::log(ratio) / (1 / tau_fast - 1 / tau_slow) : 0;
  }

  /// The root in (low, high], where the excess rises from below 0 to at least 0: Newton's steps, halving where they
  /// leave the bracket or shrink too slowly.
  [[nodiscard]] double root(double low, double high) const {
    double t = low + (high - low) / 2, step = high - low;
    for (int i = 0; i < kMostSteps; ++i) {
      const auto [value, rate] = motion(t);
      if (value == 0) return t;
      (value < 0 ? low : high) = t;
      const double newton = -value / rate;
      const bool inside = t + newton > low && t + newton < high;
      step = inside && 2 * std::abs(newton) < std::abs(step) ? newton : low + (high - low) / 2 - t;
      const double precision = kPrecision * std::max(1.0, t);
      if (std::abs(step) <= precision) return value < 0 ? std::min(high, t + precision) : t;
      t += step;
    }
    return high;
  }

  /// The first t >= 0 with an excess of at least 0.
  [[nodiscard]] double first_reached() const {
    if (end + slow + fast >= 0) return 0;
    const double turns = turn();
    if (turns > 0 && fast < 0) return motion(turns).value < 0 ? kNever : root(0, turns);  // rises to a peak, then falls
    if (end <= 0) return kNever;
    // From here on it is above 0: |slow| + |fast| decay at least as fast as the slow one.
    const double sure = tau_slow * portable::log((std::abs(slow) + std::abs(fast)) / end);
    return root(turns, std::max(turns, sure) * (1 + 1e-9) + 1e-9);
  }
};

}  // namespace

Celsius Trajectory::at(Seconds t) const {
  return end + slow * portable::exp(-(t / tau_slow)) + fast * portable::exp(-(t / tau_fast));
}

Celsius Trajectory::bound() const {
  return end + std::max(slow, Kelvin()) + std::max(fast, Kelvin());
}

std::optional<Seconds> Trajectory::turning_point() const {
  const Excess excess{0, slow.value(), fast.value(), tau_slow.value(), tau_fast.value()};
  const double turn = excess.turn();
  return turn > 0 ? std::optional(Seconds(turn)) : std::nullopt;
}

Celsius Trajectory::highest(Seconds length) const {
  Celsius highest = std::max(at(Seconds(0)), at(length));
  if (slow <= Kelvin() || fast >= Kelvin()) return highest;  // a turn, if any, is a minimum
  if (const auto turn = turning_point(); turn && *turn < length) highest = std::max(highest, at(*turn));
  return highest;
}

Seconds Trajectory::time_to_rise_to(Celsius limit) const {
  return Seconds(
      Excess{(end - limit).value(), slow.value(), fast.value(), tau_slow.value(), tau_fast.value()}.first_reached());
}

Seconds Trajectory::time_to_fall_to(Celsius limit) const {
  return Seconds(
      Excess{(limit - end).value(), -slow.value(), -fast.value(), tau_slow.value(), tau_fast.value()}.first_reached());
}

}  // namespace headroom

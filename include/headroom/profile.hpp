#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// A load of an instance (input tokens a second) and what its GPUs draw under it.
struct LoadPoint {
  double tokens_per_s = 0;
  double watts = 0;
};

/// What short runs of one instance say of it: by variant, pool (whose own requests it gets, as Poisson arrivals), SM
/// clock and load. Clocks are those that were profiled.
class Profile {
 public:
  virtual ~Profile() = default;
  /// SM clocks that were profiled for a variant, rising.
  [[nodiscard]] virtual std::span<const Hertz> clocks(VariantId variant) const = 0;
  [[nodiscard]] Hertz highest_clock(VariantId variant) const { return clocks(variant).back(); }
  /// Largest load at which 99 % of the requests keep each latency target of their class; 0: none. Not falling with the
  /// clock.
  [[nodiscard]] virtual double largest_load(VariantId variant, PoolId pool, Hertz clock) const = 0;
  /// Power over load from load 0 (loaded, idle) to the largest load, rising loads; linear between; empty where the
  /// largest load is 0.
  [[nodiscard]] virtual std::span<const LoadPoint> power_curve(VariantId variant, PoolId pool, Hertz clock) const = 0;
  /// Of the instance's GPUs, interpolated; beyond the largest load as there.
  [[nodiscard]] Power power(VariantId variant, PoolId pool, Hertz clock, double tokens_per_s) const {
    const std::span<const LoadPoint> curve = power_curve(variant, pool, clock);
    if (curve.empty()) return {};
    const auto above = std::ranges::upper_bound(curve, tokens_per_s, {}, &LoadPoint::tokens_per_s);
    if (above == curve.begin()) return Power(curve.front().watts);
    if (above == curve.end()) return Power(curve.back().watts);
    const LoadPoint &low = *(above - 1), &high = *above;
    const double share = (tokens_per_s - low.tokens_per_s) / (high.tokens_per_s - low.tokens_per_s);
    return Power(std::lerp(low.watts, high.watts, share));
  }
  /// 99th percentile over requests of the time to the first token, interpolated over load likewise.
  [[nodiscard]] virtual Seconds ttft_p99(VariantId variant, PoolId pool, Hertz clock, double tokens_per_s) const = 0;
  /// Likewise of the time between tokens: of a request's mean, or of all gaps, as the scenario's /profile says.
  [[nodiscard]] virtual Seconds tbt_p99(VariantId variant, PoolId pool, Hertz clock, double tokens_per_s) const = 0;
  /// Mean input tokens of the pool's own requests.
  [[nodiscard]] virtual double mean_input_tokens(PoolId pool) const = 0;
};

}  // namespace headroom

#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>

#include "headroom/policy.hpp"

namespace headroom {

/// A clock as a configuration gives it, e.g. "1110 MHz".
inline std::string in_mhz(Hertz clock) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g MHz", clock.value() / 1e6);
  return text;
}

/// Says whose clocks a policy names: of the GPU that it was published for unless a scenario says otherwise.
inline void clocks_of_field(Fields& f, std::string& gpu) {
  f("clocks_of", gpu, "how the name of the GPU begins for which its clocks were chosen: others get a warning");
}

/// A clock that servers lock to is one that their GPUs support; where not, says the nearest.
inline void check_clock(const PolicyContext& context, Hertz clock, const Scope& scope) {
  if (context.supports(clock) || context.clocks.empty()) return;
  const Hertz nearest =
      *std::ranges::min_element(context.clocks, {}, [&](Hertz c) { return std::abs((c - clock).value()); });
  scope.problem("the GPUs do not support " + in_mhz(clock) + "; the nearest clock is " + in_mhz(nearest));
}

/// A lock or brake ends below the level that began it, or it would come and go with every sample.
inline void check_release(double release, std::string_view threshold_key, double threshold, const Scope& scope) {
  if (release >= threshold) scope.problem("must be below " + std::string(threshold_key));
}

/// Someone is there whom locks of low priority concern.
inline void check_low_priority_servers(const PolicyContext& context, const Scope& scope) {
  if (context.low_priority_servers == 0)
    scope.problem("locks servers that serve low priority only, but no pool of /serving/pools does");
}

}  // namespace headroom

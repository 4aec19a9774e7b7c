#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/policy.hpp"

namespace headroom {

/// A clock as a configuration gives it, e.g. "1110 MHz".
inline std::string in_mhz(Hertz clock) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g MHz", clock.value() / 1e6);
  return text;
}

/// Checks the parameters of one controller, which stand below one JSON pointer.
class ParameterCheck {
 public:
  ParameterCheck(const PolicyContext& context, const std::string& pointer, std::vector<PolicyProblem>& problems)
      : context_(context), pointer_(pointer), problems_(problems) {}

  /// A clock that servers lock to is one that their GPUs support; where not, says the nearest.
  void clock(std::string_view key, Hertz clock) const {
    if (context_.supports(clock) || context_.clocks.empty()) return;
    const Hertz nearest =
        *std::ranges::min_element(context_.clocks, {}, [&](Hertz c) { return std::abs((c - clock).value()); });
    problem(key, "the GPUs do not support " + in_mhz(clock) + "; the nearest clock is " + in_mhz(nearest));
  }

  /// A lock or brake ends below the level that began it, or it would come and go with every sample.
  void release(std::string_view key, double release, std::string_view threshold_key, double threshold) const {
    if (release >= threshold) problem(key, "must be below " + std::string(threshold_key));
  }

  /// Someone is there whom locks of low priority concern.
  void low_priority_servers() const {
    if (context_.low_priority_servers == 0)
      problems_.push_back({pointer_, "locks servers that serve low priority only, but no pool of /serving/pools does"});
  }

  void problem(std::string_view key, const std::string& what) const {
    problems_.push_back({pointer_ + '/' + std::string(key), what});
  }

 private:
  const PolicyContext& context_;
  const std::string& pointer_;
  std::vector<PolicyProblem>& problems_;
};

}  // namespace headroom

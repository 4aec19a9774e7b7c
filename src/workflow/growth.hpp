#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// A parameter whose value a job finds out while it runs, such as the clips of each scene of a script that a model
/// writes: once for the job, or once for each value of some other parameters.
struct GrowthConfig {
  std::vector<std::string> for_each;  ///< parameters, outer ones first; none: once
  std::string after;                  ///< the stage that finds it out, which is there for each of these
  std::vector<std::uint32_t> counts;  ///< what it finds out, in turn; the job of number n begins with the n-th
  void fields(Fields& f);
  void check(const Scope& scope) const;

  /// What a job finds out for the n-th value of `for_each`.
  [[nodiscard]] std::uint32_t count(std::uint32_t job, std::uint32_t number) const {
    return counts[(job + number) % counts.size()];
  }
};

/// By parameter.
using Growths = std::vector<std::pair<std::string, GrowthConfig>>;

/// None where the parameter does not grow.
[[nodiscard]] const GrowthConfig* find_growth(const Growths& growths, const std::string& parameter);
/// The one of a stage's parameters that is found out last, which is the innermost; none where none grows.
[[nodiscard]] const GrowthConfig* last_growth(const Growths& growths, const std::vector<std::string>& per);

}  // namespace headroom

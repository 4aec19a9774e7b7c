#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// What controllers know of loads before: templates by time of a cycle.
struct HistoryConfig {
  Seconds step{300.0};
  Seconds cycle{86400.0};
  std::uint32_t cycles = 7;
  std::string path;  ///< of what was before the run; empty: nothing
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// What controllers know of the future, and how well.
struct ForesightConfig {
  std::uint64_t seed = 1;
  double class_accuracy = 1.0;
  std::vector<std::vector<std::string>> alike;
  double load_error = 0.0;
  Seconds lead{3600.0};
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

}  // namespace headroom

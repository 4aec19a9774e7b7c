#pragma once

#include <string>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// Spot servers that are taken away: notice is given, on which their instances drain, and then they lose their power
/// for the rest of the run.
struct EvictionConfig {
  std::vector<std::string> nodes;  ///< that hold them, by path
  Seconds at{};
  Seconds notice{30.0};
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// What befalls the site.
struct IncidentsConfig {
  std::vector<EvictionConfig> evictions;
  void fields(Fields& f);
};

}  // namespace headroom

#pragma once

#include <string>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// Which nodes are sampled, and how late the samples come.
struct TelemetryConfig {
  std::vector<std::string> levels{"row"};
  Seconds period{2.0};
  Seconds window{2.0};
  Seconds delay{2.0};
  Seconds warmup{0.0};
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// How long commands take to act.
struct ActuationConfig {
  Seconds clock_lock{40.0};
  Seconds power_cap{40.0};
  Seconds power_brake{5.0};
  Seconds clock_set{0.065};
  Seconds order{0.0};
  void fields(Fields& f);
};

}  // namespace headroom

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

/// A time in which a capacity is only a fraction of itself.
struct LimitTime {
  Seconds at{};
  Seconds duration{};
  double fraction = 1.0;
  [[nodiscard]] Seconds end() const { return at + duration; }
  void fields(Fields& f);
};

/// Power that fails: budgets are lower for a time. Protection devices know nothing of it.
struct PowerLimitConfig {
  std::vector<std::string> nodes;  ///< by path
  LimitTime limit;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Cooling that fails: aisles get less air for a time.
struct AirflowLimitConfig {
  std::vector<std::string> aisles;  ///< by name; empty: all
  LimitTime limit;
  void fields(Fields& f);
};

/// What befalls the site.
struct IncidentsConfig {
  std::vector<EvictionConfig> evictions;
  std::vector<PowerLimitConfig> power_limits;
  std::vector<AirflowLimitConfig> airflow_limits;
  void fields(Fields& f);
};

}  // namespace headroom

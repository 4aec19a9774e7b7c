#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// Virtual machines that serve, all of one service.
struct EndpointConfig {
  std::string service;
  double share = 1.0;  ///< of the machines that serve, over the sum of all shares
  void fields(Fields& f);
};

/// How the load of an opaque machine goes through the week, from 0 (its GPUs idle) to 1 (its peak). By default a bump a
/// working day over a floor, and weekends at rest: the machine of figure 13a of TAPAS (ASPLOS 2025), smoothed.
struct VmShapeConfig {
  std::string path;
  double night_fraction = 0.2;
  double weekend_fraction = 0.13;
  Seconds peak{39600};
  void fields(Fields& f);
};

/// How hard opaque machines work at their peak: their GPU power over TDP. Most draw low + span x Beta(1.5, 3), the rest
/// is hot. One draw a group.
struct VmLevelConfig {
  double low_fraction = 0.35;
  double span_fraction = 0.55;
  double hot_group_fraction = 0.1;
  double hot_low_fraction = 0.9;
  double hot_high_fraction = 1.0;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Virtual machines that come, find a server, and go: opaque ones, which follow a power of their own, and those that
/// run an instance of a service. From a file, or generated: so many stand from the start on, and whoever leaves is
/// followed by another.
struct VmsConfig {
  std::string path;
  std::optional<std::uint32_t> count;
  std::optional<double> occupied_fraction;
  double service_fraction = 0.5;
  std::vector<EndpointConfig> endpoints;
  std::uint32_t gpus = 8;
  std::uint32_t group_least = 1;
  std::uint32_t group_most = 7;
  VmLevelConfig level;
  VmShapeConfig shape;
  Seconds phase_spread{86400};
  double noise_fraction = 0.02;
  double history_missing_fraction = 0.05;
  double history_error_fraction = 0.0;
  double serving_level_fraction = 0.5;
  Seconds begin{};
  Seconds cycle{604800};
  Seconds step{300};
  double time_stretch = 1.0;
  std::optional<std::uint64_t> seed;

  [[nodiscard]] std::size_t steps() const;
  /// Of its machines: its own, or the scenario's.
  [[nodiscard]] std::uint64_t seed_or(std::uint64_t of_scenario) const { return seed.value_or(of_scenario); }
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

}  // namespace headroom

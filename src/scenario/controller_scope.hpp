#pragma once

#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/reach.hpp"

namespace headroom {

struct Scenario;
struct FleetPlan;

/// What a controller sees and acts on.
struct ControllerScope {
  std::string level;                         ///< of the nodes it sees; empty: all that are sampled
  std::vector<std::string> services, pools;  ///< neither: all
  void fields(Fields& f);
};

/// What a controller with this scope may act on: servers that stand in its pools at the start, and those free at the
/// start where services of its pools may stand. Names that are none count for nothing.
[[nodiscard]] Reach reach_of(const std::optional<ControllerScope>& scope, const Scenario& scenario,
                             const FleetPlan& plan);

/// Whether a server is among those of the nodes that it sees: it stands in one of its pools at the start.
[[nodiscard]] bool is_seen(std::size_t server, const Reach& reach, const FleetPlan& plan);

}  // namespace headroom

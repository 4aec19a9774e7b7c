#pragma once

#include <cstddef>
#include <span>

#include "headroom/policy.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// What is expected of an item of a job (a clip, with all stages that make it) that is about to begin.
struct ItemOutlook {
  Seconds now{};
  Seconds deadline{};                ///< when its last stage is to be done; infinite where it has none
  std::span<const Seconds> done_by;  ///< when it would be, by quality level, the best first
};

/// How the stages of job graphs are done. Those that are ready wait by pool for whom the router names, in the order of
/// their deadlines where the planner goes by them; among equals earlier jobs go first, then earlier stages.
class Planner : public Policy {
 public:
  /// Whether stages have deadlines: from the dates of their job (`ttff_s`, `due_s`) backwards along the graph.
  [[nodiscard]] virtual bool sets_deadlines() const = 0;
  /// The quality level of an item, an index into `done_by`; asked when its first scaled stage is about to run.
  [[nodiscard]] virtual std::size_t level(const ItemOutlook& /*item*/) { return 0; }
};

}  // namespace headroom

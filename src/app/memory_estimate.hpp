#pragma once

#include <string>
#include <vector>

#include "scenario/scenario.hpp"

namespace headroom {

/// Something that a run needs memory for.
struct MemoryPart {
  std::string what;
  double bytes = 0;
};

/// What grows with a scenario, largest first: queues as if they were full, series as long as the run. What only a trace
/// knows (how long it is, how many requests are under way) is left out.
[[nodiscard]] std::vector<MemoryPart> memory_of(const Scenario& scenario);

/// Throws InputError with the largest parts where the run would take more than this. `file` is the scenario's.
void check_memory(const Scenario& scenario, double limit_mib, const std::string& file);

}  // namespace headroom

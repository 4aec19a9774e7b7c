#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "headroom/batch_scheduler.hpp"

namespace headroom {

/// Names admissions and chunks in ascending order, as a plan has to, whatever order they were chosen in: each sequence
/// keeps its chunk. `kept` ran before.
inline void name_in_order_of_queue(StepPlan& plan, std::size_t kept) {
  std::vector<std::uint32_t> sorted = plan.admissions;
  std::ranges::sort(sorted);
  for (StepPlan::Chunk& chunk : plan.prefill) {
    if (chunk.running < kept) continue;
    const auto at = std::ranges::lower_bound(sorted, plan.admissions[chunk.running - kept]);
    chunk.running = static_cast<std::uint32_t>(kept + static_cast<std::size_t>(at - sorted.begin()));
  }
  std::ranges::sort(plan.prefill, {}, &StepPlan::Chunk::running);
  plan.admissions = std::move(sorted);
}

}  // namespace headroom

#include "workflow/deadlines.hpp"

#include <algorithm>
#include <limits>

namespace headroom {

std::vector<Seconds> deadlines_of(const JobGraph& graph, std::span<const ExpectedTime> times,
                                  std::optional<Seconds> ttff, std::optional<Seconds> due) {
  const Seconds never(std::numeric_limits<double>::infinity());
  std::vector<Seconds> deadlines(graph.size(), due.value_or(never));
  if (ttff && graph.played()) {
    const JobGraph::Stage& played = graph.stages()[*graph.played()];
    for (std::uint32_t i = 0; i < played.count; ++i)
      deadlines[played.first + i] =
          std::min(deadlines[played.first + i], *ttff + graph.item() * static_cast<double>(i));
  }
  for (std::size_t node = graph.size(); node-- > 0;)
    for (const std::uint32_t next : graph.next(node)) {
      const ExpectedTime& takes = times[graph.stage_of(next)];
      deadlines[node] = std::min(deadlines[node], deadlines[next] - (graph.is_first(next) ? takes.first : takes.other));
    }
  return deadlines;
}

}  // namespace headroom

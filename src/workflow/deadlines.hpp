#pragma once

#include <optional>
#include <span>
#include <vector>

#include "workflow/job_graph.hpp"

namespace headroom {

/// How long the nodes of a stage are expected to take.
struct ExpectedTime {
  Seconds first{}, other{};
};

/// When each node of a job is to be done, from when the job came: what is played by `ttff` and its place in the
/// playback, everything by `due`, and every other node so early that those behind it can keep theirs. Infinite where
/// nothing depends on it that has a date. `times` by stage.
[[nodiscard]] std::vector<Seconds> deadlines_of(const JobGraph& graph, std::span<const ExpectedTime> times,
                                                std::optional<Seconds> ttff, std::optional<Seconds> due);

}  // namespace headroom

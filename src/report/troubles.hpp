#pragma once

#include <span>

#include "report/decisions.hpp"

namespace headroom {

/// What went wrong in a run, the worst first: a list of `{"finding", "what", "where", "time_s", "cause"}`; trips,
/// brakes, times above a budget, rejected requests, heat, limits of a grid, failed starts, commands that came too late,
/// warnings.
[[nodiscard]] Json troubles_of(const RunOutput& run, std::span<const RunEvent> events);

}  // namespace headroom

#pragma once

#include "report/run_output.hpp"

namespace headroom {

/// What differs from a base run, the largest consequences first: `{"base", "compared", "equal", "groups"}`, in each
/// group
/// `{"name", "moves"}` with the largest relative change first. Trips and brakes come before budgets, those before
/// requests, latency, energy, and the rest.
[[nodiscard]] Json consequences_of(const RunOutput& base, const RunOutput& run);

}  // namespace headroom

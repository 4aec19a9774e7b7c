#pragma once

#include <span>

#include "report/run_output.hpp"

namespace headroom {

/// All that a page shows of a run: who it is, its answer, tiles, troubles, power, decisions, floor, latencies, energy,
/// checks, inputs. `base` is what the answer holds it against; nullptr where there is none.
[[nodiscard]] Json run_facts(const RunOutput& run, const RunOutput* base);

/// What a page shows of a run behind another: who it is, its mean power, latencies and energy.
[[nodiscard]] Json base_facts(const RunOutput& run);

}  // namespace headroom

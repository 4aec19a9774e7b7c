#pragma once

#include "report/run_output.hpp"

namespace headroom {

/// What pools and classes did over time (series.json), for a page; null where the output has none.
[[nodiscard]] Json series_facts(const RunOutput& run);

/// Temperatures of the racks over time (heat.json); likewise.
[[nodiscard]] Json heat_facts(const RunOutput& run);

}  // namespace headroom

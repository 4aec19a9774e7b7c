#pragma once

#include "study/sweep_directory.hpp"

namespace headroom {

/// Writes the table of a sweep whose points have all ended and says what came of it; throws where points failed.
void finish_sweep(const SweepDirectory& directory, const SweepPlan& plan, bool quiet);

}  // namespace headroom

#pragma once

#include "study/point_selection.hpp"
#include "study/sweep_directory.hpp"

namespace headroom {

/// Writes the table of a sweep whose points have all ended and says what came of it; throws where points failed.
void finish_sweep(const SweepDirectory& directory, const SweepPlan& plan, bool quiet);

/// The same for the points of a selection: while others are not done there is no table.
void finish_part(const SweepDirectory& directory, const SweepPlan& plan, const PointSelection& selection, bool quiet);

}  // namespace headroom

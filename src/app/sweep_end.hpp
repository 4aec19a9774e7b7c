#pragma once

#include "study/header_names.hpp"
#include "study/point_selection.hpp"
#include "study/sweep_directory.hpp"

namespace headroom {

struct SweepEnd {
  bool quiet = false;
  HeaderStyle names = HeaderStyle::pointers;  ///< of sweep.csv
};

/// Writes the table of a sweep whose points have all ended and says what came of it; throws where points failed.
void finish_sweep(const SweepDirectory& directory, const SweepPlan& plan, const SweepEnd& end);

/// The same for the points of a selection: while others are not done there is no table.
void finish_part(const SweepDirectory& directory, const SweepPlan& plan, const PointSelection& selection,
                 const SweepEnd& end);

}  // namespace headroom

#pragma once

#include <cstddef>
#include <string>

#include "study/sweep_directory.hpp"

namespace headroom {

/// Writes the table of a sweep whose points have all ended and says what came of it; throws where points failed.
void finish_sweep(const SweepDirectory& directory, const SweepPlan& plan, bool quiet);

/// `1 point`, `1,234 points`.
std::string counted(std::size_t count, const char* what);

}  // namespace headroom

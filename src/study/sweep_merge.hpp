#pragma once

#include <filesystem>
#include <vector>

#include "study/sweep_directory.hpp"

namespace headroom {

/// Puts the points that parts of one sweep have, each a directory of its own, into one, with what the failed ones said;
/// what is done there stays. Returns the plan that all parts have. An InputError where a part is of another study,
/// scenario or program.
SweepPlan merge_sweeps(SweepDirectory& into, const std::vector<std::filesystem::path>& parts);

}  // namespace headroom

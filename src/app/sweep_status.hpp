#pragma once

#include <filesystem>

#include "app/sweep_end.hpp"

namespace headroom {

/// Says how many points of a sweep are done, with Slurm, failed and left; when all have ended and no
/// sweep is at work, writes the table as the sweep itself would have.
void show_status(const std::filesystem::path& folder, const SweepEnd& end);

}  // namespace headroom

#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "study/launcher.hpp"

namespace headroom {

/// The options of each run of a sweep, from those of the program.
[[nodiscard]] std::vector<std::string> run_options(const GlobalOptions& global);

/// Runs points as processes of this machine, so many at a time; 0: one a core.
void run_locally(std::span<const PointRun> runs, std::size_t jobs, LaunchObserver& observer);

}  // namespace headroom

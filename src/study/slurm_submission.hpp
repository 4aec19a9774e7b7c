#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "study/slurm_folder.hpp"

namespace headroom {

/// What sbatch is told of a sweep; empty words and 0 leave it to Slurm.
struct SlurmOptions {
  std::string partition;
  std::string time;  ///< limit of each point, as sbatch writes it: 30, 2:00:00, 1-12
  std::string account;
  std::size_t most_at_a_time = 0;  ///< points that run at once
};

/// Submits the runs as job arrays of at most 1,000 tasks, one CPU each, and records them in the folder. Where sbatch
/// refuses: an InputError if one of the options is at fault, else a std::runtime_error.
void submit(std::span<const PointRun> runs, const SlurmOptions& options, const SlurmFolder& folder);

}  // namespace headroom

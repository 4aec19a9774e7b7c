#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headroom/smoother.hpp"

namespace headroom {

/// What became of a training job.
struct JobResult {
  std::string name;
  std::uint32_t gpus = 0;
  std::uint32_t servers = 0;
  double submitted_s = 0;
  std::optional<double> started_s{}, ended_s{};
  double energy_j = 0;  ///< at the inlets of its servers
};

/// The training jobs of a run. Energies of smoothing are summed over GPUs, from the end of the warm-up on.
struct TrainingResult {
  std::vector<JobResult> jobs;
  SmoothingBooks gpu;                 ///< of all stages at GPUs
  SmoothingBooks rack;                ///< of all stages at racks
  std::optional<StorageUse> storage;  ///< of one GPU's share, the largest of all cohorts
  double residual = 0;                ///< of the books of the stages, relative

  /// Over the whole run, beside what the leaves of the power tree hold: drawn by servers of jobs, and beyond that by
  /// their storages.
  Energy servers{}, storages{};
};

}  // namespace headroom

#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "study/slurm_folder.hpp"

namespace headroom {

/// Where a task of Slurm is on its way.
enum class SlurmStage { waiting, running, ended };

/// The stage that a state of squeue, such as PENDING or TIMEOUT, belongs to; none means ended.
SlurmStage slurm_stage(std::string_view state);

/// The task that runs a point: `12_3` is the third of job array 12.
struct SlurmTask {
  std::string job;
  std::size_t index = 0;
  std::string state;  ///< in Slurm's words; empty some minutes after the end

  [[nodiscard]] SlurmStage stage() const { return slurm_stage(state); }
  [[nodiscard]] std::string id() const { return job + '_' + std::to_string(index); }
};

/// Tasks by the names of their points.
using SlurmTasks = std::map<std::string, SlurmTask>;

/// The last task of every point of a sweep that was submitted. Asks squeue where there is any; throws where that fails.
SlurmTasks slurm_tasks(const SlurmFolder& folder);
/// Those of them that have not ended.
SlurmTasks live_tasks(const SlurmFolder& folder);

/// The command that ends the jobs of these tasks: `scancel 12 15`.
std::string scancel_of(const SlurmTasks& tasks);

/// Says at the head of the log of a run without output how Slurm ended it; where the run ended by itself, only if its
/// log says nothing.
void note_end(const PointRun& run, const SlurmTask& task);

}  // namespace headroom

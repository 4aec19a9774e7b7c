#include "study/slurm_queue.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"
#include "study/slurm_command.hpp"

namespace headroom {
namespace {

constexpr std::array kEnded = {"BOOT_FAIL", "CANCELLED",     "COMPLETED", "DEADLINE", "FAILED",
                               "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED",  "TIMEOUT"};
constexpr std::array kRunning = {"COMPLETING", "CONFIGURING", "RESIZING",  "RUNNING",
                                 "SIGNALING",  "STAGE_OUT",   "SUSPENDED", "STOPPED"};

/// States of tasks by `id()`.
using States = std::map<std::string, std::string>;

/// What squeue says of the tasks whose working directory is `folder`; each line is JOB_INDEX|STATE|FOLDER.
States states_in(const std::string& folder) {
  const auto answer =
      slurm_command({"squeue", "--me", "--array", "--states=all", "--noheader", "--format=%F_%K|%T|%Z"});
  if (answer.exit_code != 0) throw std::runtime_error("squeue: " + slurm_message(answer));
  States states;
  std::istringstream lines(answer.out);
  for (std::string id, state, place;
       std::getline(lines, id, '|') && std::getline(lines, state, '|') && std::getline(lines, place);)
    if (place == folder) states[id] = state;
  return states;
}

}  // namespace

SlurmStage slurm_stage(std::string_view state) {
  if (state.empty() || std::ranges::find(kEnded, state) != kEnded.end()) return SlurmStage::ended;
  if (std::ranges::find(kRunning, state) != kRunning.end()) return SlurmStage::running;
  return SlurmStage::waiting;
}

SlurmTasks slurm_tasks(const SlurmFolder& folder) {
  const auto arrays = folder.arrays();
  if (arrays.empty()) return {};
  const auto states = states_in(folder.path().string());
  SlurmTasks tasks;
  for (const auto& array : arrays)
    for (std::size_t i = 0; i < array.points.size(); ++i) {
      SlurmTask task{array.job, i + 1, ""};
      if (const auto state = states.find(task.id()); state != states.end()) task.state = state->second;
      tasks[array.points[i]] = std::move(task);
    }
  return tasks;
}

SlurmTasks live_tasks(const SlurmFolder& folder) {
  SlurmTasks tasks = slurm_tasks(folder);
  std::erase_if(tasks, [](const auto& entry) { return entry.second.stage() == SlurmStage::ended; });
  return tasks;
}

std::string scancel_of(const SlurmTasks& tasks) {
  std::set<std::string> jobs;
  for (const auto& [unused, task] : tasks) jobs.insert(task.job);
  return "scancel " + join(std::vector(jobs.begin(), jobs.end()), " ");
}

void note_end(const PointRun& run, const SlurmTask& task) {
  const std::string said = read_file(run.log).value_or("");
  const std::string note = "headroom: job " + task.id() + " of Slurm ended without output" +
                           (task.state.empty() ? "" : ": " + task.state) + '\n';
  const bool by_itself = task.state.empty() || task.state == "FAILED";
  if ((by_itself && !said.empty()) || said.starts_with(note)) return;
  write_whole(run.log, note + said);
}

}  // namespace headroom

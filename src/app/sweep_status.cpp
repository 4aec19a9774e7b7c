#include "app/sweep_status.hpp"

#include <set>
#include <string>
#include <system_error>

#include "app/print.hpp"
#include "app/sweep_end.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "study/slurm_queue.hpp"
#include "study/sweep_directory.hpp"

namespace headroom {
namespace {

struct PointCounts {
  std::size_t done = 0, running = 0, waiting = 0, failed = 0, left = 0;
};

bool says_something(const std::filesystem::path& log) {
  std::error_code absent;
  const auto size = std::filesystem::file_size(log, absent);
  return !absent && size > 0;
}

/// Counts a point without output by what Slurm and its log say.
void count_unfinished(const PointRun& run, const SlurmTask* task, PointCounts& counts) {
  if (task != nullptr && task->stage() == SlurmStage::waiting) {
    ++counts.waiting;
    return;
  }
  // The output of a task that has completed may be on its way from another node.
  if (task != nullptr && (task->stage() == SlurmStage::running || task->state == "COMPLETED")) {
    ++counts.running;
    return;
  }
  if (task != nullptr) note_end(run, *task);
  ++(says_something(run.log) ? counts.failed : counts.left);
}

/// `begun` are the points that a sweep at work is running.
PointCounts count_points(const SweepDirectory& directory, const SweepPlan& plan, const std::set<std::string>& begun) {
  const auto tasks = slurm_tasks(SlurmFolder(directory.folder()));
  PointCounts counts;
  for (const PlannedPoint& point : plan.points) {
    const PointRun run = directory.run_of(point);
    const auto task = tasks.find(point.name);
    if (summary_of(run, plan)) ++counts.done;
    else if (begun.contains(point.name)) ++counts.running;
    else count_unfinished(run, task == tasks.end() ? nullptr : &task->second, counts);
  }
  return counts;
}

}  // namespace

void show_status(const std::filesystem::path& folder, const SweepEnd& end) {
  if (!std::filesystem::exists(folder / "plan.json"))
    throw InputError("--status " + folder.string(), "is not the directory of a sweep");
  SweepDirectory directory(folder);
  const bool at_work = !directory.lock();
  const SweepPlan plan = directory.plan();
  const PointCounts counts = count_points(directory, plan, at_work ? directory.begun() : std::set<std::string>());
  if (!at_work && counts.running + counts.waiting + counts.left == 0) return finish_sweep(directory, plan, end);
  std::string text = plan.study + ": " + grouped(counts.done) + " of " + counted(plan.points.size(), "point") +
                     " done, " + grouped(counts.running) + " running, " + grouped(counts.waiting) + " waiting, " +
                     grouped(counts.failed) + " failed";
  if (at_work) text += "; a sweep is at work";
  else if (counts.left > 0) text += ", " + grouped(counts.left) + " for the same sweep to run";
  print(text + "\n");
}

}  // namespace headroom

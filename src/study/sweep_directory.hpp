#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "study/directory_lock.hpp"
#include "study/launcher.hpp"
#include "study/slurm_queue.hpp"
#include "study/sweep_planner.hpp"

namespace headroom {

/// The directory of a sweep (docs/studies.md): what is on disk, and which points are done. Who claims it holds a lock
/// from then on, so that two programs do not run the same points; others may look.
class SweepDirectory {
 public:
  explicit SweepDirectory(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Makes the directory with its parents and locks it. An InputError where another program has the lock, or the
  /// directory holds something else than the sweep of this study.
  void claim(const std::string& study);
  /// Locks the directory of a sweep; false where another program is at work in it.
  [[nodiscard]] bool lock() { return lock_.take(folder_); }

  /// Writes the plan and makes the folders of what belongs to points.
  void lay_out(const SweepPlan& plan) const;
  /// Writes a file of a point, unless it is as it should be; the table is that of other points then, and goes away.
  void put(const std::filesystem::path& file, const std::string& text) const;

  /// Writes the plan and the scenarios and returns what is left to be run. What else is there of before and no longer
  /// true goes away: the table, and logs. Tasks that Slurm has keep what they use; an InputError where the scenario of
  /// one would change.
  std::vector<PointRun> prepare(SweepPlanner& planner, const SlurmTasks& live);
  [[nodiscard]] SweepPlan plan() const;

  [[nodiscard]] PointRun run_of(const PlannedPoint& point) const;
  /// Names of points whose output is being written, or was when its program was killed.
  [[nodiscard]] std::set<std::string> begun() const;
  /// How many outputs are no points of the plan.
  [[nodiscard]] std::size_t left_of_before(const SweepPlan& plan) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  [[nodiscard]] std::string where() const { return "--out " + folder_.string(); }
  [[nodiscard]] bool is_new() const;
  void check_live(SweepPlanner& planner, const SlurmTasks& live) const;
  void write_plan(const SweepPlan& plan) const;
  void write_scenario(const PlannedPoint& point, const std::string& text) const;
  void remove_tables() const;
  void clean(const SweepPlan& plan) const;

  std::filesystem::path folder_;
  DirectoryLock lock_;
};

/// The summary of a point that is done: its output is there, complete, of its present scenario, and by the program of
/// the plan.
[[nodiscard]] std::optional<Json> summary_of(const PointRun& run, const SweepPlan& plan);

}  // namespace headroom

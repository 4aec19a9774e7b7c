#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "study/launcher.hpp"
#include "study/sweep_plan.hpp"

namespace headroom {

/// The directory of a sweep (docs/studies.md): what is on disk, and which points are done. Holds a lock while it
/// exists, so that two programs do not run the same points.
class SweepDirectory {
 public:
  /// Opens the directory, or makes it with its parents. An InputError where it holds something else, the sweep of
  /// another study (`study` may be empty: any), or where another program has it.
  SweepDirectory(std::filesystem::path folder, const std::string& study);
  ~SweepDirectory();
  SweepDirectory(const SweepDirectory&) = delete;
  SweepDirectory& operator=(const SweepDirectory&) = delete;

  /// Writes the plan and its scenarios. A table of before goes away where a point is left to be run.
  void prepare(const ResolvedPlan& resolved);
  [[nodiscard]] SweepPlan plan() const;

  /// Whether the point's output is there, complete, and of its present scenario and version.
  [[nodiscard]] bool is_done(const SweepPlan& plan, const PlannedPoint& point) const;
  /// The summary of a point that is done.
  [[nodiscard]] Json summary(const PlannedPoint& point) const;
  [[nodiscard]] PointRun run_of(const PlannedPoint& point) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  void lock();

  std::filesystem::path folder_;
  int lock_ = -1;
};

}  // namespace headroom

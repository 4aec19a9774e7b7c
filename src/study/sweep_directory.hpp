#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "study/launcher.hpp"
#include "study/sweep_plan.hpp"

namespace headroom {

/// The directory of a sweep (docs/studies.md): what is on disk, and which points are done. Who prepares it holds a lock
/// from then on, so that two programs do not run the same points; others may look.
class SweepDirectory {
 public:
  /// An InputError where the directory holds something else or the sweep of another study (`study` may be empty: any).
  SweepDirectory(std::filesystem::path folder, const std::string& study);
  ~SweepDirectory();
  SweepDirectory(const SweepDirectory&) = delete;
  SweepDirectory& operator=(const SweepDirectory&) = delete;

  /// Makes the directory with its parents, locks it, and writes the plan and its scenarios. A table of before goes away
  /// where a point is left to be run. An InputError where another program has the lock.
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

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "scenario/inputs.hpp"
#include "study/points.hpp"
#include "study/study.hpp"
#include "study/sweep_plan.hpp"

namespace headroom {

/// Makes the plan of a study and resolves the scenarios of its points, one at a time.
class SweepPlanner {
 public:
  /// `sets` (`--set`) come before the axes. An InputError lists what is wrong with them and the axes.
  SweepPlanner(const LoadedStudy& loaded, const ConfigFolders& folders, const std::vector<std::string>& sets);

  /// The points have the problems that `resolve` has found so far.
  [[nodiscard]] const SweepPlan& plan() const { return plan_; }
  /// The text of a point's resolved scenario; empty where it is none, and the plan then says why.
  std::string resolve(std::size_t point);
  /// Resolves every point, for what there is to say about them.
  void resolve_all();
  /// Throws the problems where no point can be run.
  void expect_one_that_runs();
  /// What `resolve` has found, each problem once, not more than some.
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }
  /// What the scenarios that `resolve` has made warn of, each once.
  [[nodiscard]] const Warnings& warnings() const { return warnings_; }

 private:
  void note(const std::vector<Problem>& problems);

  const ConfigFolders& folders_;
  std::string scenario_;
  std::vector<Point> points_;
  SweepPlan plan_;
  std::vector<Problem> problems_;
  Warnings warnings_;
  FileHashes hashes_;
};

}  // namespace headroom

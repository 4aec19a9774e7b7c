#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "study/study.hpp"

namespace headroom {

/// A point of a sweep as its directory remembers it.
struct PlannedPoint {
  std::string name;
  std::vector<std::pair<std::string, Json>> values;  ///< of the axes
  std::optional<std::size_t> reference;              ///< index of the point that impacts are computed against
  std::string problem;                               ///< why its scenario is none; empty where it is fine
};

/// What is to be run and tabulated: the content of plan.json.
struct SweepPlan {
  std::string study;
  std::string version;  ///< of the program that runs it
  std::vector<std::string> axes;
  std::vector<std::string> metrics;
  std::vector<std::string> impacts;
  std::vector<PlannedPoint> points;
};

/// A plan, and the text of each point's resolved scenario; that of a point with a problem is empty.
struct ResolvedPlan {
  SweepPlan plan;
  std::vector<std::string> scenarios;
};

/// Resolves every point of a study; `sets` (`--set`) come before its axes. An InputError where no point can be run.
[[nodiscard]] ResolvedPlan plan_sweep(const LoadedStudy& loaded, const ConfigFolders& folders,
                                      const std::vector<std::string>& sets);

[[nodiscard]] std::string plan_text(const SweepPlan& plan);
/// Reads plan.json; an InputError where it is none.
[[nodiscard]] SweepPlan read_plan(const std::filesystem::path& file);

}  // namespace headroom

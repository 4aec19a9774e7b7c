#include "study/sweep_planner.hpp"

#include <algorithm>

#include "base/build_identity.hpp"
#include "base/interrupt.hpp"
#include "scenario/scenario.hpp"
#include "study/axis.hpp"
#include "study/launcher.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostProblems = 20;

/// The scenario of the study: a path is relative to the study's folder.
std::string scenario_of(const LoadedStudy& loaded) {
  const std::string& name = loaded.study.scenario;
  return is_path(name, loaded.folder) ? (loaded.folder / name).lexically_normal().string() : name;
}

void check_sets(const Study& study, const std::vector<Override>& sets) {
  std::vector<Problem> problems;
  for (const Override& set : sets)
    for (const auto& [key, axis] : study.axes)
      for (const auto& pointer : put_by(key, axis))
        if (is_at_or_below(set.pointer, pointer))
          problems.push_back({set.said, pointer + (is_named_axis(key) ? " is put by the axis " + key + " of the study"
                                                                      : " is an axis of the study")});
  if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace

SweepPlanner::SweepPlanner(const LoadedStudy& loaded, const ConfigFolders& folders,
                           const std::vector<std::string>& sets)
    : folders_(folders), scenario_(scenario_of(loaded)), points_(points_of(loaded)) {
  const Study& study = loaded.study;
  const auto given = parse_overrides(sets);
  check_sets(study, given);
  plan_ = {study.name, HEADROOM_VERSION, std::string(build_identity()), {}, study.metrics, study.impacts, {}};
  for (const auto& [axis, unused] : study.axes) plan_.axes.push_back(axis);
  const auto references = references_of(loaded, points_);
  for (std::size_t i = 0; i < points_.size(); ++i) {
    auto& overrides = points_[i].overrides;
    overrides.insert(overrides.begin() + static_cast<std::ptrdiff_t>(study.set.size()), given.begin(), given.end());
    plan_.points.push_back({points_[i].name, points_[i].values, std::nullopt, "", Json::array()});
    if (!references.empty()) plan_.points.back().reference = references[i];
  }
}

std::string SweepPlanner::resolve(std::size_t point) {
  stop_if_interrupted(kGoesOn);
  std::string& problem = plan_.points[point].problem;
  try {
    problem.clear();
    const auto loaded = resolve_scenario(scenario_, folders_, points_[point].overrides);
    plan_.points[point].inputs = inputs_json(records_of(loaded.files, hashes_));
    for (const Warning& warning : loaded.warnings)
      if (std::ranges::find(warnings_, warning) == warnings_.end()) warnings_.push_back(warning);
    return loaded.resolved;
  } catch (const InputError& error) {
    problem = error.what();
    note(error.problems());
    return "";
  } catch (const Interrupted& interrupted) {
    throw Interrupted(kGoesOn, interrupted.signal());
  }
}

void SweepPlanner::expect_one_that_runs() {
  for (std::size_t i = 0; i < points_.size(); ++i)
    if (!resolve(i).empty()) return;
  throw InputError(problems_);
}

void SweepPlanner::resolve_all() {
  for (std::size_t i = 0; i < points_.size(); ++i) (void)resolve(i);
}

void SweepPlanner::note(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) {
    const bool known = std::ranges::any_of(
        problems_, [&](const Problem& other) { return other.where == problem.where && other.what == problem.what; });
    if (!known && problems_.size() < kMostProblems) problems_.push_back(problem);
  }
}

}  // namespace headroom

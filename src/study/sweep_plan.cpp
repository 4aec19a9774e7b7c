#include "study/sweep_plan.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "engine/scenario.hpp"
#include "study/points.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostProblems = 20;

std::string text_of_problems(const std::vector<Problem>& problems) {
  std::vector<std::string> lines;
  for (const Problem& problem : problems) lines.push_back(problem.where + ": " + problem.what);
  return join(lines, "\n");
}

/// The scenario of the study: a path is relative to the study's folder.
std::string scenario_of(const LoadedStudy& loaded) {
  const std::string& name = loaded.study.scenario;
  const bool is_path = name.find('/') != std::string::npos || name.ends_with(".json");
  return is_path ? (loaded.folder / name).lexically_normal().string() : name;
}

/// Collects what is wrong with points, each problem once.
class Problems {
 public:
  void add(const std::vector<Problem>& more) {
    for (const Problem& problem : more) {
      const bool known = std::ranges::any_of(
          all_, [&](const Problem& other) { return other.where == problem.where && other.what == problem.what; });
      if (!known && all_.size() < kMostProblems) all_.push_back(problem);
    }
  }
  [[nodiscard]] const std::vector<Problem>& all() const { return all_; }

 private:
  std::vector<Problem> all_;
};

Json json_of(const PlannedPoint& point) {
  Json json = {{"point", point.name}, {"values", Json::object()}};
  for (const auto& [axis, value] : point.values) json["values"][axis] = value;
  if (point.reference) json["reference"] = *point.reference;
  if (!point.problem.empty()) json["problem"] = point.problem;
  return json;
}

PlannedPoint point_of(const Json& json) {
  PlannedPoint point{json.at("point").get<std::string>(), {}, std::nullopt, json.value("problem", "")};
  for (const auto& [axis, value] : json.at("values").items()) point.values.emplace_back(axis, value);
  if (json.contains("reference")) point.reference = json["reference"].get<std::size_t>();
  return point;
}

}  // namespace

ResolvedPlan plan_sweep(const LoadedStudy& loaded, const ConfigFolders& folders, const std::vector<std::string>& sets) {
  const Study& study = loaded.study;
  const auto points = points_of(loaded);
  const auto references = references_of(loaded, points);
  const auto given = parse_overrides(sets);
  const std::string scenario = scenario_of(loaded);
  ResolvedPlan resolved{{study.name, HEADROOM_VERSION, {}, study.metrics, study.impacts, {}}, {}};
  for (const auto& [axis, unused] : study.axes) resolved.plan.axes.push_back(axis);
  Problems problems;
  std::size_t runnable = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    PlannedPoint& planned = resolved.plan.points.emplace_back(PlannedPoint{points[i].name, points[i].values, {}, {}});
    if (!references.empty()) planned.reference = references[i];
    auto overrides = points[i].overrides;
    overrides.insert(overrides.begin() + static_cast<std::ptrdiff_t>(study.set.size()), given.begin(), given.end());
    std::string& text = resolved.scenarios.emplace_back();
    try {
      text = resolve_scenario(scenario, folders, overrides).resolved;
      ++runnable;
    } catch (const InputError& error) {
      planned.problem = text_of_problems(error.problems());
      problems.add(error.problems());
    }
  }
  if (runnable == 0) throw InputError(problems.all());
  return resolved;
}

std::string plan_text(const SweepPlan& plan) {
  Json json = {{"format", 1},
               {"study", plan.study},
               {"version", plan.version},
               {"axes", plan.axes},
               {"metrics", plan.metrics},
               {"impacts", plan.impacts},
               {"points", Json::array()}};
  for (const PlannedPoint& point : plan.points) json["points"].push_back(json_of(point));
  return json.dump(1) + "\n";
}

SweepPlan read_plan(const std::filesystem::path& file) {
  const Json json = parse_json_file(file);
  try {
    SweepPlan plan{json.at("study"), json.at("version"), json.at("axes"), json.at("metrics"), json.at("impacts"), {}};
    for (const Json& point : json.at("points")) plan.points.push_back(point_of(point));
    return plan;
  } catch (const Json::exception&) {
    throw InputError(file.string(), "is no plan of a sweep");
  }
}

}  // namespace headroom

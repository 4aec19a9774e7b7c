#include "study/sweep_plan.hpp"

#include "base/problem.hpp"

namespace headroom {
namespace {

Json json_of(const PlannedPoint& point) {
  Json json = {{"point", point.name}, {"values", Json::object()}};
  for (const auto& [axis, value] : point.values) json["values"][axis] = value;
  if (point.reference) json["reference"] = *point.reference;
  if (!point.problem.empty()) json["problem"] = point.problem;
  if (!point.inputs.empty()) json["inputs"] = point.inputs;
  return json;
}

/// An exception of the JSON library where it is no point, or its reference none.
PlannedPoint point_of(const Json& json, const Json& points) {
  PlannedPoint point{json.at("point").get<std::string>(),
                     {},
                     std::nullopt,
                     json.value("problem", ""),
                     json.value("inputs", Json::array())};
  for (const auto& [axis, value] : json.at("values").items()) point.values.emplace_back(axis, value);
  if (json.contains("reference")) {
    point.reference = json["reference"].get<std::size_t>();
    (void)points.at(*point.reference);
  }
  return point;
}

}  // namespace

std::string plan_text(const SweepPlan& plan) {
  Json json = {{"format", 1},       {"study", plan.study},     {"version", plan.version}, {"build", plan.build},
               {"axes", plan.axes}, {"metrics", plan.metrics}, {"impacts", plan.impacts}, {"points", Json::array()}};
  for (const PlannedPoint& point : plan.points) json["points"].push_back(json_of(point));
  return json.dump(1) + "\n";
}

SweepPlan read_plan(const std::filesystem::path& file) {
  const Json json = parse_json_file(file);
  try {
    SweepPlan plan{json.at("study"),
                   json.at("version"),
                   json.at("build"),
                   json.at("axes"),
                   json.at("metrics"),
                   json.at("impacts"),
                   {}};
    const Json& points = json.at("points");
    for (const Json& point : points) plan.points.push_back(point_of(point, points));
    return plan;
  } catch (const Json::exception&) {
    throw InputError(file.string(), "is no plan of a sweep");
  }
}

}  // namespace headroom

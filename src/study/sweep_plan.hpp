#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/json.hpp"

namespace headroom {

/// A point of a sweep as its directory remembers it.
struct PlannedPoint {
  std::string name;
  std::vector<std::pair<std::string, Json>> values;  ///< of the axes
  std::optional<std::size_t> reference;              ///< index of the point that impacts are computed against
  std::string problem;                               ///< why its scenario is none; empty where it is fine
  Json inputs = Json::array();                       ///< the files that its scenario names, as /inputs of a summary
};

/// What is to be run and tabulated: the content of plan.json.
struct SweepPlan {
  std::string study;
  std::string version;  ///< of the program that runs it
  std::string build;    ///< its sources, as in /build of host.json
  std::vector<std::string> axes;
  std::vector<std::string> metrics;
  std::vector<std::string> impacts;
  std::vector<PlannedPoint> points;
};

[[nodiscard]] std::string plan_text(const SweepPlan& plan);
/// Reads plan.json; an InputError where it is none.
[[nodiscard]] SweepPlan read_plan(const std::filesystem::path& file);

}  // namespace headroom

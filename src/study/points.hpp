#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/document.hpp"
#include "study/study.hpp"

namespace headroom {

/// One run of a study: the values of its axes, in order of the study.
struct Point {
  std::string name;  ///< of its directory: made of the values, unique in the study, fit for a file name
  std::vector<std::pair<std::string, Json>> values;  ///< of the axes that apply to it
  std::vector<Override> overrides;                   ///< what `set` and the axes put into the scenario
};

/// All points of a study, the last axis varying fastest; an InputError lists every problem of its axes.
[[nodiscard]] std::vector<Point> points_of(const LoadedStudy& loaded);

/// For each point the index of its reference: the point that has the values of `study.reference` and otherwise its own.
/// Empty where the study has no reference.
[[nodiscard]] std::vector<std::size_t> references_of(const LoadedStudy& loaded, const std::vector<Point>& points);

}  // namespace headroom

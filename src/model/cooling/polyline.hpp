#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "headroom/problem.hpp"

namespace headroom {

/// What straight lines between points do beyond the last one.
enum class Beyond { holds, continues };

/// The value at x of straight lines between points (`x()`, `y()`) of rising x, of which there is at least one: constant
/// before the first, and beyond the last constant or on with its last slope.
template <class Point>
double value_at(const std::vector<Point>& points, double x, Beyond beyond) {
  const std::size_t last = points.size() - 1;
  if (x <= points.front().x() || last == 0) return points.front().y();
  if (x >= points[last].x() && beyond == Beyond::holds) return points[last].y();
  std::size_t i = 1;
  while (i < last && x > points[i].x()) ++i;
  const Point &a = points[i - 1], &b = points[i];
  return a.y() + (b.y() - a.y()) * ((x - a.x()) / (b.x() - a.x()));
}

/// Says what keeps points from being such lines: there are none, or one does not have `what` (e.g. "a later time_s").
template <class Point>
void check_rising(const std::vector<Point>& points, const std::string& what, const Scope& scope) {
  if (points.empty()) scope.problem("must have at least one point");
  for (std::size_t i = 1; i < points.size(); ++i)
    if (points[i].x() <= points[i - 1].x()) scope.at(i).problem("must have " + what + " than the point before");
}

}  // namespace headroom

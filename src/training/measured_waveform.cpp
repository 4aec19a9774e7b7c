#include "training/measured_waveform.hpp"

#include <algorithm>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "table/table_file.hpp"

namespace headroom {
namespace {

constexpr double longest_step_over_median = 100.0;
constexpr double shortest_step_s = 1e-6;

std::string at_line(const std::string& path, const TablePoint& point) {
  return path + ':' + std::to_string(point.line);
}

/// The lower median of the times between samples.
double median_step_s(const std::vector<TablePoint>& points) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < points.size(); ++i) steps.push_back(points[i].x - points[i - 1].x);
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>((steps.size() - 1) / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

void check_sample(const std::string& path, const TablePoint& point) {
  if (point.x < 0.0) throw InputError(at_line(path, point), "time_s is negative: " + shortest(point.x));
  if (point.y < 0.0) throw InputError(at_line(path, point), "power_w is negative: " + shortest(point.y));
}

}  // namespace

Cycle measured_cycle(const std::string& path, bool repeat, std::optional<Seconds> longest_step) {
  Warnings warnings;
  const auto points = read_table(path, "time_s", "power_w", warnings);
  if (points.size() < 2) throw InputError(path, "the waveform needs two rows or more");
  const double median_s = median_step_s(points);
  const double longest_s = longest_step ? longest_step->value() : longest_step_over_median * median_s;
  const auto [least, largest] = std::ranges::minmax_element(points, {}, &TablePoint::y);
  const double compute_w = 0.5 * (least->y + largest->y);
  Cycle cycle;
  cycle.repeats = repeat;
  for (std::size_t i = 0; i < points.size(); ++i) {
    check_sample(path, points[i]);
    const double step_s = i + 1 < points.size() ? points[i + 1].x - points[i].x : median_s;
    if (step_s < shortest_step_s)
      throw InputError(at_line(path, points[i + 1]), "comes less than a microsecond after the row before");
    if (step_s > longest_s)
      throw InputError(at_line(path, points[i + 1]), "the waveform has a gap of " + shortest(step_s) +
                                                         " s before this row, more than the " + shortest(longest_s) +
                                                         " s that are held");
    const PhaseKind kind = points[i].y >= compute_w ? PhaseKind::compute : PhaseKind::communication;
    cycle.steps.push_back({Seconds(step_s), Power(points[i].y), kind});
  }
  return cycle;
}

}  // namespace headroom

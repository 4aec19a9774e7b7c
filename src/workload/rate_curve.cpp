#include "workload/rate_curve.hpp"

#include <algorithm>
#include <limits>

namespace headroom {
namespace {

bool usable(const std::vector<TablePoint>& points) {
  return std::all_of(points.begin(), points.end(), [](const TablePoint& p) { return p.y >= 0.0; }) &&
         std::any_of(points.begin(), points.end(), [](const TablePoint& p) { return p.y > 0.0; });
}

constexpr std::string_view unusable = "the rates must not be negative, and one must be above 0";

std::vector<TablePoint> inline_points(const RateCurveConfig& config) {
  std::vector<TablePoint> points;
  for (const double value : config.values)
    points.push_back({static_cast<double>(points.size()) * config.step.value(), value});
  return points;
}

}  // namespace

void RateCurveConfig::fields(Fields& fields) {
  fields("path", path, "a CSV file with the columns t_start_s and any rate, absolute or relative");
  fields("values", values, "rates at equal steps instead of a file, absolute or relative");
  fields("step_s", step, "time between two values", Range::between(0.0, 1e6));
  fields("interpolation", interpolation, "what the rate does between two samples");
  fields("normalise", normalise, "what of the curve equals the rate of the workload: its mean over time or its peak");
}

void RateCurveConfig::check(const std::string& pointer, std::vector<Problem>& problems) const {
  if (path.empty() == values.empty()) problems.push_back({pointer, "must have either path or values"});
  if (values.empty()) return;
  if (!(step > Seconds(0.0))) problems.push_back({pointer + "/step_s", "must be above 0 where values are given"});
  if (!usable(inline_points(*this))) problems.push_back({pointer + "/values", std::string(unusable)});
}

RateCurve::RateCurve(const RateCurveConfig& config, Warnings& warnings) {
  const auto points = config.path.empty() ? inline_points(config) : read_table(config.path, "t_start_s", "", warnings);
  if (!config.path.empty() && !usable(points)) throw InputError(config.path, std::string(unusable));
  if (!config.path.empty() && points.size() < 2) throw InputError(config.path, "the curve needs two rows or more");
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool last = i + 1 == points.size();
    const double start_s = points[i].x - points[0].x;
    const double last_step_s = last && i > 0 ? points[i].x - points[i - 1].x : config.step.value();
    const double end_s = last ? start_s + last_step_s : points[i + 1].x - points[0].x;
    const double next = points[last ? 0 : i + 1].y;
    segments_.push_back(
        {start_s, end_s, points[i].y, config.interpolation == Interpolation::hold ? points[i].y : next});
  }
  normalise(config.normalise);
}

void RateCurve::normalise(Normalisation how) {
  double area = 0.0;
  double peak = 0.0;
  for (const auto& segment : segments_) {
    area += 0.5 * (segment.start_rate + segment.end_rate) * (segment.end_s - segment.start_s);
    peak = std::max(peak, segment.start_rate);
  }
  const double unit_rate = how == Normalisation::peak ? peak : area / segments_.back().end_s;
  for (auto& segment : segments_) {
    segment.start_rate /= unit_rate;
    segment.end_rate /= unit_rate;
  }
}

RateSegment RateCurve::segment(std::uint64_t index) const {
  if (segments_.empty()) return {0.0, std::numeric_limits<double>::infinity(), 1.0, 1.0};
  RateSegment segment = segments_[static_cast<std::size_t>(index % segments_.size())];
  const double cycle_start_s = static_cast<double>(index / segments_.size()) * segments_.back().end_s;
  segment.start_s += cycle_start_s;
  segment.end_s += cycle_start_s;
  return segment;
}

}  // namespace headroom

#include "trace/rate_curve.hpp"

#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

/// Of a curve, not of the workload: only its shape counts.
constexpr Range rate_range = Range::between(0.0, 1e9);
constexpr double least_peak = 1e-9;
/// Shorter steps would mean more of them than arrivals.
constexpr Range step_range = Range::between(1e-3, 1e9);

bool usable(const std::vector<TablePoint>& points) {
  const auto in_range = [](const TablePoint& p) { return p.y >= rate_range.min && p.y <= rate_range.max; };
  const auto counts = [](const TablePoint& p) { return p.y >= least_peak; };
  return std::ranges::all_of(points, in_range) && std::ranges::any_of(points, counts);
}

constexpr std::string_view unusable = "the rates must lie between 0 and 1e9, and one must be at least 1e-9";

void check_steps(const std::vector<TablePoint>& points, const std::string& path) {
  for (std::size_t i = 1; i < points.size(); ++i)
    if (const double step_s = points[i].x - points[i - 1].x; step_s < step_range.min || step_s > step_range.max)
      throw InputError(path + ':' + std::to_string(points[i].line),
                       "comes " + shortest(step_s) + " s after the row before; steps last 0.001 s to 1e9 s");
}

std::vector<TablePoint> inline_points(const RateCurveConfig& config) {
  std::vector<TablePoint> points;
  for (const double value : config.values)
    points.push_back({static_cast<double>(points.size()) * config.step.value(), value});
  return points;
}

/// The rows of a file, which say when they begin unless they are told to follow each other at equal steps.
std::vector<TablePoint> file_points(const RateCurveConfig& config, Warnings& warnings) {
  if (config.step.value() == 0.0) return read_table(config.path, "t_start_s", "", warnings);
  TableReader table(config.path);
  if (table.columns().size() > 2)
    throw InputError(config.path, "there must be one column of rates, after one of times at most");
  std::vector<TablePoint> points;
  while (table.next())
    points.push_back({static_cast<double>(points.size()) * config.step.value(),
                      table.number(table.columns().size() - 1), table.line()});
  return points;
}

}  // namespace

void RateCurveConfig::fields(Fields& fields) {
  fields("path", path,
         "a CSV file with the columns t_start_s and any rate, absolute or relative; with step_s its rows "
         "follow each other at that, and a column before that of the rates is not read");
  fields("values", values, "rates at equal steps instead of a file, absolute or relative", rate_range);
  fields("step_s", step, "time between two values, or rows", Range::between(0.0, 1e9));
  fields("interpolation", interpolation, "what the rate does between two samples");
  fields("normalise", normalise, "what of the curve equals the rate of the workload: its mean over time or its peak");
  fields("counts", counts,
         "what the curve is of: requests/s, or input tokens/s, which the mean length of the prompts at the time makes "
         "requests of (needs lengths from a trace)");
}

void RateCurveConfig::check(const Scope& scope) const {
  if (path.empty() == values.empty()) scope.problem("must have either path or values");
  if ((step.value() > 0.0 || !values.empty()) && step.value() < step_range.min)
    scope.at("step_s").problem("must be at least 0.001");
  if (values.empty()) return;
  if (!usable(inline_points(*this))) scope.at("values").problem(std::string(unusable));
}

RateCurve::RateCurve(const RateCurveConfig& config, Warnings& warnings,
                     const std::function<double(double time_s)>& input_tokens) {
  auto points = config.path.empty() ? inline_points(config) : file_points(config, warnings);
  if (!config.path.empty() && !usable(points)) throw InputError(config.path, std::string(unusable));
  if (!config.path.empty() && points.size() < 2) throw InputError(config.path, "the curve needs two rows or more");
  if (!config.path.empty()) check_steps(points, config.path);
  if (config.counts == CurveCounts::input_tokens)
    for (TablePoint& point : points) point.y /= input_tokens(point.x - points[0].x);
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

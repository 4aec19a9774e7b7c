#include "facility/prices.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <span>
#include <string_view>

#include "base/text.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

constexpr std::array<std::string_view, 3> kPriceTimes{"time", "datetime", "timestamp"};
/// No grid emits more (burning lignite is about 1.2), or, by all its hours, less.
constexpr double kMostCarbonKgPerKwh = 5;
constexpr double kLeastCarbonKgPerKwh = 0.002;
constexpr Range kTimes = Range::between(-1e9, 1e9);  // s
constexpr Range kSteps = Range::between(1e-3, 1e9);  // s
/// Caps of markets are below: 9 in Texas until 2022, 5 in the European day-ahead market.
constexpr double kMostUsdPerKwh = 10;

/// A column of amounts for each kilowatt-hour, and what one of it is worth in our unit.
struct AmountColumn {
  std::optional<std::size_t> column;
  double scale = 1;
};

/// What a column counts for each of, over a kilowatt-hour.
double per_kwh(const TableReader& table, std::size_t column) {
  std::string unit = table.columns()[column].unit;
  for (char& c : unit)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (unit == "kwh") return 1;
  if (unit == "mwh") return 1e-3;
  throw InputError(table.path(),
                   "column " + in_quotes(table.columns()[column].name) + " is for each of neither kWh nor MWh");
}

/// The column of an amount, by its name in our unit or in a thousandth of it.
AmountColumn amount_column(TableReader& table, std::string_view ours, std::string_view thousandth) {
  const auto column = table.find({ours, std::span(&ours, 1)});
  const auto small = thousandth.empty() ? std::nullopt : table.find({thousandth, std::span(&thousandth, 1)});
  if (column && small)
    throw InputError(table.path(), "has both " + std::string(ours) + " and " + std::string(thousandth));
  if (small) return {small, 1e-3 * per_kwh(table, *small)};
  return column ? AmountColumn{column, per_kwh(table, *column)} : AmountColumn{};
}

TimeStyle price_time_style(const TableReader& table, std::size_t column) {
  if (const auto style = style_of_value(table.cell(column))) return *style;
  if (const auto style = style_of_unit(table.columns()[column].unit)) return *style;
  table.fail("the times of column " + in_quotes(table.columns()[column].name) +
             " say no unit: call it time_s, or write dates");
}

/// What is wrong with an intensity that is above any grid's; empty: nothing.
std::string carbon_problem(double kg_per_kwh) {
  if (kg_per_kwh <= kMostCarbonKgPerKwh) return {};
  return "carbon of " + shortest(kg_per_kwh) + " kg per kWh is above any grid's, which are below 1.5: it looks like " +
         shortest(kg_per_kwh) + " g per kWh (kg per MWh), which is " + shortest(kg_per_kwh / 1000) + " kg per kWh";
}

/// What is wrong with a price that is above any market's, or below; empty: nothing.
std::string cost_problem(double usd_per_kwh) {
  if (std::abs(usd_per_kwh) <= kMostUsdPerKwh) return {};
  return "a price of " + shortest(usd_per_kwh) + " USD per kWh is beyond any market's, which stay within " +
         shortest(kMostUsdPerKwh) + ": it looks like " + shortest(usd_per_kwh) + " USD per MWh, which is " +
         shortest(usd_per_kwh / 1000) + " USD per kWh";
}

std::optional<double> amount(const TableReader& table, const AmountColumn& from) {
  if (!from.column) return std::nullopt;
  const double value = table.number(*from.column) * from.scale;
  const bool is_carbon = table.columns()[*from.column].key.starts_with("carbon");
  if (is_carbon && value < 0) table.fail("carbon is negative: " + in_quotes(table.cell(*from.column)));
  if (const std::string problem = is_carbon ? carbon_problem(value) : cost_problem(value); !problem.empty())
    table.fail(problem);
  return value;
}

/// Refuses a column whose amounts are all too small for the unit of its name.
void check_smallness(const std::vector<PricePoint>& points, const TableReader& table, const AmountColumn& from) {
  if (!from.column) return;
  double largest = 0;
  for (const PricePoint& point : points) largest = std::max(largest, point.carbon_kg_per_kwh.value_or(0));
  if (largest <= 0 || largest >= kLeastCarbonKgPerKwh) return;
  throw InputError(table.path(), "column " + in_quotes(table.columns()[*from.column].name) + " is at most " +
                                     shortest(largest / from.scale) +
                                     ", which is below any grid's in that unit: it looks like kg per kWh, so call it "
                                     "carbon_kg_per_kwh");
}

/// What is wrong with the time from one point to the next, or an empty text.
std::string step_problem(Seconds from, Seconds to) {
  if (to <= from) return "time_s must increase from point to point";
  if (const double step_s = (to - from).value(); step_s < kSteps.min || step_s > kSteps.max)
    return "comes " + shortest(step_s) + " s after the point before; points are 0.001 s to 1e9 s apart";
  return {};
}

/// What is wrong with when the points of a scenario are; true: nothing.
bool check_order(const std::vector<PricePoint>& points, const Scope& scope) {
  bool fine = true;
  for (std::size_t i = 1; i < points.size(); ++i) {
    std::string what = step_problem(points[i - 1].time, points[i].time);
    if (what.empty()) continue;
    fine = false;
    scope.at(i).at("time_s").problem(std::move(what));
  }
  return fine;
}

/// What is wrong with where a curve begins and ends, which has a point. `here` is where its points stand, `curve` what
/// says whether they repeat.
void check_span(const std::vector<PricePoint>& points, const std::optional<Seconds>& repeat, const Scope& here,
                const Scope& curve) {
  const Seconds first = points.front().time;
  const Seconds span = points.back().time - first;
  if (repeat && span >= *repeat)
    curve.at("repeat_s").problem("must be above the " + shortest(span.value()) + " s from the first point to the last");
  else if (!repeat && points.size() < 2)
    here.problem("has one point, which says not how long it holds: give more, or repeat_s");
  else if (!repeat && first > Seconds())
    here.problem("begins after the run's start, at " + shortest(first.value()) + " s: give repeat_s or a point at 0");
}

/// When the last point of a curve ends that does not repeat.
Seconds end_of(const std::vector<PricePoint>& points) {
  return points.back().time + (points.back().time - points[points.size() - 2].time);
}

/// Of a curve that ends too early: `path` is its file; empty: none.
std::string end_problem(Seconds end, const std::string& path) {
  return "ends at " + shortest(end.value()) + " s, before the run does: give " + (path.empty() ? "" : path + ' ') +
         "more points, or repeat_s";
}

void check_carbon(const std::optional<double>& carbon, const Scope& scope) {
  if (std::string problem = carbon_problem(carbon.value_or(0)); !problem.empty())
    scope.at("carbon_kg_per_kwh").problem(std::move(problem));
}

void check_cost(const std::optional<double>& cost, const Scope& scope) {
  if (std::string problem = cost_problem(cost.value_or(0)); !problem.empty())
    scope.at("cost_usd_per_kwh").problem(std::move(problem));
}

/// All points of a curve have the same keys.
void check_keys(const std::vector<PricePoint>& points, const Scope& scope) {
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& [time, carbon, cost] = points[i];
    if (!carbon && !cost) continue;  // the point says so itself
    if (carbon.has_value() != points[0].carbon_kg_per_kwh.has_value())
      scope.at(i).problem("must have carbon_kg_per_kwh where the first point has it, and only there");
    else if (cost.has_value() != points[0].cost_usd_per_kwh.has_value())
      scope.at(i).problem("must have cost_usd_per_kwh where the first point has it, and only there");
  }
}

}  // namespace

void PricePoint::fields(Fields& f) {
  f.required("time_s", time, "from when on, from the run's start", kTimes);
  f("carbon_kg_per_kwh", carbon_kg_per_kwh, "CO2-equivalent of the electricity", Range::between(0.0, 1e6));
  f("cost_usd_per_kwh", cost_usd_per_kwh, "price of the electricity; may be negative", Range::between(-1e6, 1e6));
}

void PricePoint::check(const Scope& scope) const {
  check_carbon(carbon_kg_per_kwh, scope);
  check_cost(cost_usd_per_kwh, scope);
  if (!carbon_kg_per_kwh && !cost_usd_per_kwh) scope.problem("must have carbon_kg_per_kwh or cost_usd_per_kwh");
}

void PriceCurveConfig::fields(Fields& f) {
  f("path", path,
    "a table with time_s, from the run's start, or dates, of which the first is time 0, and carbon_kg_per_kwh or "
    "cost_usd_per_kwh");
  f("points", points, "the same inline; all points have the same keys");
  f("repeat_s", repeat, "the curve begins again after this time; absent: a run beyond it is refused", Range::period());
}

void PriceCurveConfig::check(const Scope& scope) const {
  if (path.empty() == points.empty()) scope.problem("must have either path or points");
  check_keys(points, scope.at("points"));
  if (check_order(points, scope.at("points")) && !points.empty()) check_span(points, repeat, scope, scope);
}

void PriceConfig::fields(Fields& f) {
  f("carbon_kg_per_kwh", carbon_kg_per_kwh, "CO2-equivalent of the electricity, where no curve says it",
    Range::between(0.0, 1e6));
  f("cost_usd_per_kwh", cost_usd_per_kwh, "price of the electricity, likewise", Range::between(0.0, 1e6));
  f("curve", curve, "carbon and price that change over time");
}

void PriceConfig::check(const Scope& scope) const {
  check_carbon(carbon_kg_per_kwh, scope);
  check_cost(cost_usd_per_kwh, scope);
}

void PriceConfig::check_reach(Seconds duration, const Scope& scope) const {
  if (!curve || curve->points.empty() || curve->repeat) return;
  if (const Seconds end = end_of(curve->points); end < duration) scope.at("curve").problem(end_problem(end, {}));
}

PriceCurve read_price_curve(const PriceCurveConfig& config, const std::string& where, Warnings& warnings) {
  if (config.path.empty()) return {config.points, {}};
  TableReader table(config.path, {.subject = "price curve"});
  const std::size_t time = table.need({"time", kPriceTimes});
  const AmountColumn carbon = amount_column(table, "carbon_kg_per_kwh", "carbon_g_per_kwh");
  const AmountColumn cost = amount_column(table, "cost_usd_per_kwh", "");
  if (!carbon.column && !cost.column)
    throw InputError(config.path,
                     "has neither carbon_kg_per_kwh nor cost_usd_per_kwh (also read: carbon_g_per_kwh, "
                     "cost_usd_per_mwh); other currencies and units need a rate: convert them first");
  PriceCurve curve;
  auto& points = curve.points;
  std::optional<TimeStyle> style;
  WallTime first{};
  while (table.next()) {
    const bool is_first = !style;
    if (!style) style = price_time_style(table, time);
    const WallTime at = table.time(time, *style);
    const bool is_absolute = *style == TimeStyle::date || style_of_value(table.cell(time)).has_value();
    if (is_first && is_absolute) {
      first = at;
      curve.first_date = table.cell(time);
    }
    const Seconds from(seconds_between(first, at));
    if (from.value() < kTimes.min || from.value() > kTimes.max)
      table.fail("the time is more than 1e9 s from the start");
    const std::string problem = points.empty() ? "" : step_problem(points.back().time, from);
    if (!problem.empty()) table.fail(problem);
    points.push_back({from, amount(table, carbon), amount(table, cost)});
  }
  if (points.empty()) throw InputError(config.path, "the price curve has no rows");
  std::vector<Problem> problems;
  check_span(points, config.repeat, Scope(problems, config.path), Scope(problems, where));
  if (!problems.empty()) throw InputError(std::move(problems));
  check_smallness(points, table, carbon);
  if (const auto unused = table.unused(); !unused.empty())
    warnings.push_back({std::filesystem::path(config.path).filename().string(), "not used: " + join(unused, ", ")});
  return curve;
}

EnergyBill::EnergyBill(const PriceConfig& config, const std::string& where, const std::optional<Seconds>& duration,
                       bool has_trace, Warnings& warnings)
    : where_(where + "/curve") {
  if (!config.curve) {
    stretches_.push_back({end_, config.carbon_kg_per_kwh, config.cost_usd_per_kwh});
    return;
  }
  const auto [points, first_date] = read_price_curve(*config.curve, where_, warnings);
  path_ = config.curve->path;
  if (has_trace && !first_date.empty())
    warnings.push_back(
        {"/prices/curve", "its first date, " + first_date + ", is time 0 of the run, whatever dates the trace has"});
  repeat_ = config.curve->repeat.value_or(Seconds());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool last = i + 1 == points.size();
    const Seconds end = !last                 ? points[i + 1].time
                        : repeat_ > Seconds() ? points.front().time + repeat_
                                              : end_of(points);
    const auto& [time, carbon, cost] = points[i];
    stretches_.push_back({end, carbon ? carbon : config.carbon_kg_per_kwh, cost ? cost : config.cost_usd_per_kwh});
  }
  if (duration && repeat_ <= Seconds() && stretches_.back().end < *duration) refuse_end(stretches_.back().end);
  while (repeat_ > Seconds() && points.front().time + round_ > Seconds()) round_ -= repeat_;
  begin_stretch();
  while (end_ <= Seconds()) change(Energy());
}

void EnergyBill::refuse_end(Seconds end) const {
  throw InputError(where_, end_problem(end, path_));
}

void EnergyBill::begin_stretch() {
  end_ = stretches_[at_].end + round_;
}

void EnergyBill::finish(Energy energy) {
  const double kwh = (energy - booked_).value() / 3.6e6;
  carbon_kg_ += kwh * stretches_[at_].carbon_kg_per_kwh.value_or(0);
  cost_usd_ += kwh * stretches_[at_].cost_usd_per_kwh.value_or(0);
  booked_ = energy;
}

void EnergyBill::change(Energy energy) {
  finish(energy);
  if (++at_ == stretches_.size()) {
    if (repeat_ <= Seconds()) refuse_end(end_);
    at_ = 0;
    round_ += repeat_;
  }
  begin_stretch();
}

}  // namespace headroom

#include "engine/prices.hpp"

#include <algorithm>
#include <array>
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

std::optional<double> amount(const TableReader& table, const AmountColumn& from) {
  if (!from.column) return std::nullopt;
  const double value = table.number(*from.column) * from.scale;
  const bool is_carbon = table.columns()[*from.column].key.starts_with("carbon");
  if (is_carbon && value < 0) table.fail("carbon is negative: " + in_quotes(table.cell(*from.column)));
  if (const std::string problem = is_carbon ? carbon_problem(value) : ""; !problem.empty()) table.fail(problem);
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

/// What is wrong with when the points of a curve are, one at least. `here` is where they stand, `curve` what says
/// whether they repeat.
void check_times(const std::vector<PricePoint>& points, const std::optional<Seconds>& repeat, const Scope& here,
                 const Scope& curve) {
  for (std::size_t i = 1; i < points.size(); ++i)
    if (points[i].time <= points[i - 1].time)
      return here.problem("time_s must increase from point to point, but point " + std::to_string(i + 1) + " is at " +
                          shortest(points[i].time.value()) + " s");
  const Seconds length = points.back().time - points.front().time;
  if (repeat && length >= *repeat)
    curve.at("repeat_s")
        .problem("must be above the " + shortest(length.value()) + " s from the first point to the last");
  else if (!repeat && points.size() < 2)
    here.problem("has one point, which says not how long it holds: give more, or repeat_s");
  else if (!repeat && points.front().time > Seconds())
    here.problem("begins after the run's start, at " + shortest(points.front().time.value()) +
                 " s: give repeat_s or a point at 0");
}

void check_carbon(const std::optional<double>& carbon, const Scope& scope) {
  if (std::string problem = carbon_problem(carbon.value_or(0)); !problem.empty())
    scope.at("carbon_kg_per_kwh").problem(std::move(problem));
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
  f.required("time_s", time, "from when on, from the run's start", Range::between(-1e9, 1e9));
  f("carbon_kg_per_kwh", carbon_kg_per_kwh, "CO2-equivalent of the electricity", Range::between(0.0, 1e6));
  f("cost_usd_per_kwh", cost_usd_per_kwh, "price of the electricity; may be negative", Range::between(-1e6, 1e6));
}

void PricePoint::check(const Scope& scope) const {
  check_carbon(carbon_kg_per_kwh, scope);
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
  if (!points.empty()) check_times(points, repeat, scope, scope);
}

void PriceConfig::fields(Fields& f) {
  f("carbon_kg_per_kwh", carbon_kg_per_kwh, "CO2-equivalent of the electricity, where no curve says it",
    Range::between(0.0, 1e6));
  f("cost_usd_per_kwh", cost_usd_per_kwh, "price of the electricity, likewise", Range::between(0.0, 1e6));
  f("curve", curve, "carbon and price that change over time");
}

void PriceConfig::check(const Scope& scope) const {
  check_carbon(carbon_kg_per_kwh, scope);
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
    points.push_back({Seconds(seconds_between(first, at)), amount(table, carbon), amount(table, cost)});
  }
  if (points.empty()) throw InputError(config.path, "the price curve has no rows");
  check_smallness(points, table, carbon);
  if (const auto unused = table.unused(); !unused.empty())
    warnings.push_back({std::filesystem::path(config.path).filename().string(), "not used: " + join(unused, ", ")});
  std::vector<Problem> problems;
  check_times(points, config.repeat, Scope(problems, config.path), Scope(problems, where));
  if (!problems.empty()) throw InputError(std::move(problems));
  return curve;
}

EnergyBill::EnergyBill(const PriceConfig& config, const std::string& where, const std::optional<Seconds>& duration,
                       bool has_trace, Warnings& warnings)
    : curve_(where + "/curve") {
  if (!config.curve) {
    stretches_.push_back({end_, config.carbon_kg_per_kwh, config.cost_usd_per_kwh});
    return;
  }
  const auto [points, first_date] = read_price_curve(*config.curve, curve_, warnings);
  if (has_trace && !first_date.empty())
    warnings.push_back(
        {"/prices/curve", "its first date, " + first_date + ", is time 0 of the run, whatever dates the trace has"});
  repeat_ = config.curve->repeat.value_or(Seconds());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool last = i + 1 == points.size();
    const Seconds end = !last                 ? points[i + 1].time
                        : repeat_ > Seconds() ? points.front().time + repeat_
                                              : points[i].time + (points[i].time - points[i - 1].time);
    const auto& [time, carbon, cost] = points[i];
    stretches_.push_back({end, carbon ? carbon : config.carbon_kg_per_kwh, cost ? cost : config.cost_usd_per_kwh});
  }
  if (duration && repeat_ <= Seconds() && stretches_.back().end < *duration) refuse_end(stretches_.back().end);
  while (repeat_ > Seconds() && points.front().time + round_ > Seconds()) round_ -= repeat_;
  begin_stretch();
  while (end_ <= Seconds()) change(Energy());
}

void EnergyBill::refuse_end(Seconds end) const {
  throw InputError(curve_,
                   "ends at " + shortest(end.value()) + " s, before the run does: give more points, or repeat_s");
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

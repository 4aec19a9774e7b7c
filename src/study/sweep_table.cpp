#include "study/sweep_table.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/csv.hpp"

namespace headroom {
namespace {

std::string impact_column(const std::string& pointer) {
  return "/impact_fraction" + pointer;
}

/// The value at a pointer; null where there is none.
Json value_at(const Json& summary, const std::string& pointer) {
  try {
    return summary.at(Json::json_pointer(pointer));
  } catch (const Json::exception&) {
    return nullptr;
  }
}

void put(Json& row, const std::string& column, Json value) {
  if (!value.is_null()) row[column] = std::move(value);
}

Json impact(const Json& value, const Json& reference) {
  if (!value.is_number() || !reference.is_number() || reference.get<double>() == 0) return nullptr;
  return value.get<double>() / reference.get<double>() - 1;
}

std::vector<std::string> leaves_of(const Json& summary) {
  const Json flat = summary.flatten();
  std::vector<std::string> leaves;
  for (const auto& [pointer, unused] : flat.items()) leaves.push_back(pointer);
  return leaves;
}

}  // namespace

SweepTable::SweepTable(const SweepDirectory& directory, const SweepPlan& plan) : plan_(plan) {
  std::vector<Json> summaries;
  for (const PlannedPoint& point : plan.points) {
    summaries.push_back(directory.is_done(plan, point) ? directory.summary(point) : Json());
    if (summaries.back().is_null()) ++failed_;
    else if (example_.is_null()) example_ = summaries.back();
  }
  for (std::size_t i = 0; i < plan.points.size(); ++i) {
    const auto& reference = plan.points[i].reference;
    rows_.push_back(row(plan.points[i], summaries[i], reference ? summaries[*reference] : Json()));
  }
}

Json SweepTable::row(const PlannedPoint& point, const Json& summary, const Json& reference) const {
  Json row = {{"point", point.name}, {"outcome", summary.is_null() ? "failed" : "done"}};
  for (const auto& [axis, value] : point.values) row[axis] = value;
  for (const auto& metric : plan_.metrics) put(row, metric, value_at(summary, metric));
  for (const auto& pointer : plan_.impacts)
    put(row, impact_column(pointer), impact(value_at(summary, pointer), value_at(reference, pointer)));
  return row;
}

void SweepTable::write(const SweepDirectory& directory) const {
  std::vector<std::string> columns = {"point", "outcome"};
  columns.insert(columns.end(), plan_.axes.begin(), plan_.axes.end());
  columns.insert(columns.end(), plan_.metrics.begin(), plan_.metrics.end());
  std::ranges::transform(plan_.impacts, std::back_inserter(columns), impact_column);
  const Json table = {{"format", 1},        {"study", plan_.study},     {"version", plan_.version},
                      {"axes", plan_.axes}, {"metrics", plan_.metrics}, {"impacts", plan_.impacts},
                      {"points", rows_}};
  write_atomically(directory.folder() / "sweep.csv", csv_table(columns, rows_));
  write_atomically(directory.folder() / "sweep.json", table.dump(1) + "\n");
}

std::vector<Problem> SweepTable::absent() const {
  std::vector<Problem> problems;
  if (example_.is_null()) return problems;
  const auto check = [&](const std::vector<std::string>& pointers) {
    for (const auto& pointer : pointers) {
      const bool found = std::ranges::any_of(
          rows_, [&](const Json& row) { return row.contains(pointer) || row.contains(impact_column(pointer)); });
      if (!found)
        problems.push_back({pointer, "is in no point's summary.json" + did_you_mean(pointer, leaves_of(example_))});
    }
  };
  check(plan_.metrics);
  check(plan_.impacts);
  return problems;
}

}  // namespace headroom

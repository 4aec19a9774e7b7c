#include "study/sweep_table.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/interrupt.hpp"
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

/// Of axes, metrics and impacts.
std::vector<std::string> pointers_of(const SweepPlan& plan) {
  std::vector<std::string> pointers = plan.axes;
  pointers.insert(pointers.end(), plan.metrics.begin(), plan.metrics.end());
  std::ranges::transform(plan.impacts, std::back_inserter(pointers), impact_column);
  return pointers;
}

std::string dictionary(const std::vector<std::string>& names, const std::vector<std::string>& pointers) {
  std::string text = "name,pointer\n";
  for (std::size_t i = 0; i < names.size(); ++i) text += csv_field(names[i]) + "," + csv_field(pointers[i]) + "\n";
  return text;
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
  for (std::size_t i = 0; i < plan.points.size(); ++i) {
    stop_if_interrupted(kGoesOn);
    summaries.push_back(summary_of(directory.run_of(plan.points[i]), plan).value_or(Json()));
    if (summaries.back().is_null()) failed_.push_back(i);
    else if (example_.is_null()) example_ = summaries.back();
  }
  for (std::size_t i = 0; i < plan.points.size(); ++i) {
    const auto& reference = plan.points[i].reference;
    rows_.push_back(row(plan.points[i], summaries[i], reference ? summaries[*reference] : Json()));
  }
}

Json SweepTable::row(const PlannedPoint& point, const Json& summary, const Json& reference) const {
  Json row = {{"point", point.name}, {"outcome", summary.is_null() ? "failed" : "done"}};
  if (point.reference) row["reference"] = plan_.points[*point.reference].name;
  for (const auto& [axis, value] : point.values) row[axis] = value;
  for (const auto& metric : plan_.metrics) put(row, metric, value_at(summary, metric));
  for (const auto& pointer : plan_.impacts)
    put(row, impact_column(pointer), impact(value_at(summary, pointer), value_at(reference, pointer)));
  return row;
}

Json SweepTable::json() const {
  return {{"format", 1},        {"study", plan_.study},     {"version", plan_.version},
          {"axes", plan_.axes}, {"metrics", plan_.metrics}, {"impacts", plan_.impacts},
          {"points", rows_}};
}

void SweepTable::write(const SweepDirectory& directory, HeaderStyle names) const {
  const auto& folder = directory.folder();
  std::vector<std::string> columns = {"point", "outcome"};
  if (!plan_.impacts.empty()) columns.push_back("reference");
  const std::vector<std::string> fixed = columns, pointers = pointers_of(plan_);
  columns.insert(columns.end(), pointers.begin(), pointers.end());
  std::vector<std::string> header = columns;
  if (names == HeaderStyle::brief) {
    const std::vector<std::string> brief = brief_names(pointers, fixed);
    std::ranges::copy(brief, header.begin() + static_cast<std::ptrdiff_t>(fixed.size()));
    write_atomically(folder / kDictionary, dictionary(brief, pointers));
  } else {
    std::filesystem::remove(folder / kDictionary);
  }
  write_atomically(folder / "sweep.csv", csv_table(columns, header, rows_));
  write_atomically(folder / "sweep.json", json().dump(1) + "\n");
}

std::vector<Problem> SweepTable::warnings() const {
  std::vector<Problem> warnings;
  if (example_.is_null()) return warnings;
  for (const auto& metric : plan_.metrics)
    if (std::string what = warning(metric, metric); !what.empty()) warnings.push_back({metric, std::move(what)});
  for (const auto& pointer : plan_.impacts)
    if (std::string what = warning(pointer, impact_column(pointer)); !what.empty())
      warnings.push_back({impact_column(pointer), std::move(what)});
  return warnings;
}

std::string SweepTable::warning(const std::string& pointer, const std::string& column) const {
  const Json value = value_at(example_, pointer);
  if (value.is_structured() && !value.empty())
    return "is not one value; there is " + pointer + join(leaves_of(value), ", " + pointer);
  if (value.is_null()) {
    const bool found = std::ranges::any_of(rows_, [&](const Json& row) { return row.contains(column); });
    return found ? "" : "is in no point's summary.json" + did_you_mean(pointer, leaves_of(example_));
  }
  const std::size_t empty = column == pointer ? 0 : impacts_without_value(column);
  return empty == 0 ? "" : "is empty for " + counted(empty, "point") + ": there is no change against 0, or of text";
}

/// Points that are done, as are their references.
std::size_t SweepTable::impacts_without_value(const std::string& column) const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i)
    if (rows_[i]["outcome"] == "done" && rows_[plan_.points[i].reference.value_or(i)]["outcome"] == "done" &&
        !rows_[i].contains(column))
      ++count;
  return count;
}

}  // namespace headroom

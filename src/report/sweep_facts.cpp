#include "report/sweep_facts.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/problem.hpp"
#include "report/lookup.hpp"
#include "report/public_text.hpp"
#include "report/run_output.hpp"
#include "study/sweep_table.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostReason = 300;

/// The table that a sweep wrote when it ended; of one that has not, the same of what is there.
Json table_of(const fs::path& folder) {
  if (is_file(folder / "sweep.json")) {
    Json table = parse_json_file(folder / "sweep.json");
    table["ended"] = true;
    return table;
  }
  const SweepDirectory directory(folder);
  const SweepPlan plan = directory.plan();
  Json table = SweepTable(directory, plan).json();
  table["ended"] = false;
  return table;
}

/// The last line of what a point said.
std::string reason_of(const fs::path& folder, const std::string& point) {
  std::string log = read_file(folder / "logs" / (point + ".log")).value_or("");
  while (!log.empty() && log.back() == '\n') log.pop_back();
  log.erase(0, log.rfind('\n') == std::string::npos ? 0 : log.rfind('\n') + 1);
  return log.substr(0, kMostReason);
}

/// Whether a value on an axis names a folder, which stands in the name of the point, too.
bool names_folder(const Json& row, const Json& axes) {
  return std::ranges::any_of(axes, [&](const Json& axis) {
    const auto value = axis.is_string() ? row.find(axis.get<std::string>()) : row.end();
    if (value == row.end()) return false;
    Json clean = *value;
    remove_folders(clean, {});
    return clean != *value;
  });
}

Json list_at(const Json& table, const std::string& pointer) {
  const Json& list = part_at(table, pointer);
  return list.is_array() ? list : Json::array();
}

}  // namespace

bool is_sweep(const fs::path& folder) {
  return is_file(folder / "sweep.json") || is_file(folder / "plan.json");
}

Json sweep_facts(const fs::path& folder) {
  if (!is_sweep(folder)) throw InputError(folder.string(), "is not the directory of a sweep");
  const Json table = table_of(folder);
  Json facts = {
      {"name", name_of(folder)}, {"study", text_at(table, "/study")}, {"version", text_at(table, "/version")}};
  for (const char* key : {"axes", "metrics", "impacts"}) facts[key] = list_at(table, std::string("/") + key);
  const Json* ended = found(table, "/ended");
  facts["ended"] = ended && *ended == true;
  Json points = Json::array();
  for (const Json& row : list_at(table, "/points")) {
    if (!row.is_object()) throw InputError(folder.string() + "/sweep.json: /points", "must be a list of rows");
    Json& point = points.emplace_back(row);
    point.erase("reference");
    if (names_folder(row, facts["axes"])) point["point"] = "point " + std::to_string(points.size());
    if (text_at(row, "/outcome") != "done")
      if (std::string reason = reason_of(folder, text_at(row, "/point")); !reason.empty()) point["reason"] = reason;
  }
  facts["points"] = std::move(points);
  return facts;
}

}  // namespace headroom

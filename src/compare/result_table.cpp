#include "compare/result_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>

#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

std::string file_of(const std::string& path) {
  namespace fs = std::filesystem;
  if (!fs::exists(path)) throw InputError(path, "there is no such file or directory");
  if (!fs::is_directory(path)) return path;
  for (const char* name : {"sweep.json", "summary.json"})
    if (const fs::path file = fs::path(path) / name; fs::exists(file)) return file.string();
  throw InputError(path, "holds neither the summary.json of a run nor the sweep.json of a sweep that has ended");
}

/// A value that must be there and of a type; `wanted` is what that is called.
const Json& required(const Json& object, const std::string& key, Json::value_t type, const char* wanted,
                     const std::string& where) {
  const auto found = object.find(key);
  if (found == object.end()) throw InputError(where + "/" + pointer_step(key), "missing");
  if (found->type() != type) throw InputError(where + "/" + pointer_step(key), std::string("must be ") + wanted);
  return *found;
}

void check_format(const Json& json, const std::string& file) {
  const auto format = json.find("format");
  if (format == json.end()) throw InputError(file + ": /format", "missing");
  if (*format != 1) throw InputError(file + ": /format", "must be 1 to be compared, not " + format->dump());
}

void append_leaves(const Json& json, const std::string& pointer, std::vector<ResultValue>& leaves) {
  if (!json.is_structured() || json.empty()) {
    leaves.push_back({pointer, json});
    return;
  }
  for (const auto& [step, value] : json.items()) append_leaves(value, pointer + "/" + pointer_step(step), leaves);
}

void read_run(const Json& json, ResultTable& table) {
  table.kind = ResultTable::Kind::run;
  ResultRow& row = table.rows.emplace_back();
  for (const auto& [key, value] : json.items())
    if (const std::string pointer = "/" + pointer_step(key); std::ranges::find(kLeftAside, pointer) == kLeftAside.end())
      append_leaves(value, pointer, row.values);
}

/// A value on an axis as text: 40 and 40.0 are the same place.
std::string key_of(const Json& value) {
  if (!value.is_number_float()) return value.dump();
  const double number = value.get<double>();
  if (number != std::trunc(number) || number < -0x1p63 || number >= 0x1p64) return shortest(number);
  return number < 0 ? std::to_string(static_cast<std::int64_t>(number))
                    : std::to_string(static_cast<std::uint64_t>(number));
}

/// The columns of a row but those that say which point it is. A name that is no pointer (`outcome`) becomes one.
ResultRow row_of(const Json& json, const std::vector<std::string>& axes, const std::string& where) {
  ResultRow row;
  row.point = required(json, "point", Json::value_t::string, "text", where);
  for (const auto& axis : axes) row.key += (json.contains(axis) ? key_of(json.at(axis)) : "") + ",";
  for (const auto& [column, value] : json.items())
    if (column != "point" && !std::ranges::binary_search(axes, column))
      row.values.push_back({column.starts_with('/') ? column : "/" + pointer_step(column), value});
  return row;
}

void read_sweep(const Json& json, ResultTable& table) {
  table.kind = ResultTable::Kind::sweep;
  for (const Json& axis : required(json, "axes", Json::value_t::array, "a list of pointers", table.file + ": ")) {
    if (!axis.is_string()) throw InputError(table.file + ": /axes", "must be a list of pointers");
    table.axes.push_back(axis);
  }
  std::ranges::sort(table.axes);
  std::map<std::string, std::string> seen;
  for (const Json& point : required(json, "points", Json::value_t::array, "a list of rows", table.file + ": ")) {
    const std::string where = table.file + ": /points/" + std::to_string(table.rows.size());
    if (!point.is_object()) throw InputError(where, "must be a row, which is an object");
    const ResultRow& row = table.rows.emplace_back(row_of(point, table.axes, where));
    const auto [first, is_first] = seen.emplace(row.key, row.point);
    if (!is_first) throw InputError(where, "has the same values on the axes as the row \"" + first->second + "\"");
  }
}

}  // namespace

ResultTable read_result(const std::string& path) {
  ResultTable table;
  table.path = path;
  table.file = file_of(path);
  const Json json = parse_json_file(table.file);
  const std::string where = table.file + ": ";
  if (!json.is_object() || !(json.contains("scenario") || json.contains("study")))
    throw InputError(table.file, "is neither the summary.json of a run nor the sweep.json of a sweep");
  check_format(json, table.file);
  const bool is_sweep = json.contains("study");
  table.name = required(json, is_sweep ? "study" : "scenario", Json::value_t::string, "text", where);
  table.version = required(json, "version", Json::value_t::string, "text", where);
  if (is_sweep) read_sweep(json, table);
  else read_run(json, table);
  return table;
}

}  // namespace headroom

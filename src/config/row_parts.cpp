#include "config/row_parts.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "base/text.hpp"
#include "config/csv.hpp"

namespace headroom {
namespace {

/// All keys of the rows, in order of their first appearance.
std::vector<std::string> keys_of(const Json& rows) {
  std::vector<std::string> keys;
  for (const Json& row : rows)
    for (const auto& [key, unused] : row.items())
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  return keys;
}

std::string cell_of(const Json& row, const std::string& key) {
  if (!row.contains(key)) return "-";
  if (!row[key].is_number_float()) return text_of(row[key]);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.4g", row[key].get<double>());
  return text.data();
}

/// Columns as wide as their widest cell.
std::string table_of(const Json& rows) {
  const std::vector<std::string> keys = keys_of(rows);
  std::vector<std::string> lines(rows.size() + 1);
  for (const std::string& key : keys) {
    if (key == "part") continue;
    std::vector<std::string> cells{key};
    for (const Json& row : rows) cells.push_back(cell_of(row, key));
    std::size_t width = 0;
    for (const std::string& cell : cells) width = std::max(width, cell.size());
    for (std::size_t i = 0; i < lines.size(); ++i)
      lines[i] += "  " + std::string(width - cells[i].size(), ' ') + cells[i];
  }
  return join(lines, "\n") + "\n";
}

}  // namespace

std::string parts_json(const Json& rows) {
  return rows.dump(2) + "\n";
}

std::string parts_csv(const Json& rows) {
  return csv_table(keys_of(rows), rows);
}

std::string parts_table(const Json& rows) {
  std::string text;
  for (std::size_t i = 0; i < rows.size();) {
    const Json& part = rows[i]["part"];
    Json of_part = Json::array();
    for (; i < rows.size() && rows[i]["part"] == part; ++i) of_part.push_back(rows[i]);
    text += (text.empty() ? "" : "\n") + part.get<std::string>() + "\n" + table_of(of_part);
  }
  return text;
}

}  // namespace headroom

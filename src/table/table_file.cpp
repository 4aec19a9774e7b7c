#include "table/table_file.hpp"

#include <filesystem>
#include <span>

#include "base/text.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

/// A column that counts in the unit of its own name, and in no other.
std::size_t column_in_unit(TableReader& table, std::string_view name) {
  const std::size_t column = table.need({name, std::span(&name, 1)});
  const std::string unit = column_of(name).unit;
  if (const Column& found = table.columns()[column]; found.unit != unit)
    throw InputError(table.path(),
                     in_quotes(found.name) + " must be in " + unit + " and be called " + std::string(name));
  return column;
}

/// The column that is called so, or, without a name, the only other one.
std::size_t column_y(TableReader& table, std::size_t x, std::string_view y_name) {
  if (!y_name.empty()) return column_in_unit(table, y_name);
  const auto others = table.unused();
  if (others.size() != 1)
    throw InputError(table.path(), "there must be one column beside " + table.columns()[x].name +
                                       (others.empty() ? "" : ", not " + join(others, ", ")));
  return table.use(1 - x);
}

}  // namespace

std::vector<TablePoint> read_table(const std::string& path, std::string_view x_name, std::string_view y_name,
                                   Warnings& warnings) {
  TableReader table(path);
  const std::size_t x = column_in_unit(table, x_name);
  const std::size_t y = column_y(table, x, y_name);
  if (const auto unused = table.unused(); !unused.empty())
    warnings.push_back({std::filesystem::path(path).filename().string(), "not used: " + join(unused, ", ")});
  std::vector<TablePoint> points;
  while (table.next()) {
    const TablePoint point{table.number(x), table.number(y), table.line()};
    if (!points.empty() && point.x <= points.back().x)
      table.fail(std::string(x_name) + " must increase from row to row");
    points.push_back(point);
  }
  if (points.empty()) throw InputError(path, "the table has no rows");
  return points;
}

}  // namespace headroom

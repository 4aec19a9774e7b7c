#include "table/table_file.hpp"

#include <array>

#include "base/problem.hpp"
#include "table/csv_cells.hpp"
#include "table/input_file.hpp"

namespace headroom {
namespace {

void check_header(const InputFile& file, std::string_view line, std::string_view x_name, std::string_view y_name) {
  const std::size_t comma = line.find(',');
  const bool two = comma != std::string_view::npos && line.find(',', comma + 1) == std::string_view::npos;
  if (two && line.substr(0, comma) == x_name && (y_name.empty() || line.substr(comma + 1) == y_name)) return;
  const std::string second = y_name.empty() ? "a second column" : std::string(y_name);
  throw InputError(file.where(),
                   "the header must be " + std::string(x_name) + " and " + second + ", with a comma between");
}

}  // namespace

std::vector<TablePoint> read_table(const std::string& path, std::string_view x_name, std::string_view y_name) {
  InputFile file(path);
  std::string_view line;
  if (!file.next(line)) throw InputError(path, "the table is empty");
  check_header(file, line, x_name, y_name);
  std::vector<TablePoint> points;
  while (file.next(line)) {
    if (line.empty()) continue;
    std::array<std::string_view, 2> cells;
    if (csv_cells(line, cells) != cells.size()) throw InputError(file.where(), "the row does not have two columns");
    const TablePoint point{csv_number(file, cells[0]), csv_number(file, cells[1]), file.line()};
    if (!points.empty() && point.x <= points.back().x)
      throw InputError(file.where(), std::string(x_name) + " must increase from row to row");
    points.push_back(point);
  }
  if (points.empty()) throw InputError(path, "the table has no rows");
  return points;
}

}  // namespace headroom

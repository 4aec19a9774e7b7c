#include "workload/table_file.hpp"

#include <charconv>
#include <cmath>

#include "base/problem.hpp"
#include "workload/input_file.hpp"

namespace headroom {
namespace {

double number(const InputFile& file, std::string_view text) {
  double value = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || !std::isfinite(value))
    throw InputError(file.where(), '"' + std::string(text.substr(0, 60)) + "\" is not a number");
  return value;
}

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
    const std::size_t comma = line.find(',');
    if (comma == std::string_view::npos || line.find(',', comma + 1) != std::string_view::npos)
      throw InputError(file.where(), "the row does not have two columns");
    TablePoint point;
    point.x = number(file, line.substr(0, comma));
    point.y = number(file, line.substr(comma + 1));
    if (!points.empty() && point.x <= points.back().x)
      throw InputError(file.where(), std::string(x_name) + " must increase from row to row");
    points.push_back(point);
  }
  if (points.empty()) throw InputError(path, "the table has no rows");
  return points;
}

}  // namespace headroom

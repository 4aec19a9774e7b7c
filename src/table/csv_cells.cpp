#include "table/csv_cells.hpp"

#include <charconv>
#include <cmath>
#include <string>

#include "base/problem.hpp"

namespace headroom {

std::size_t csv_cells(std::string_view line, std::span<std::string_view> cells) {
  std::size_t count = 0;
  while (true) {
    const std::size_t comma = line.find(',');
    if (count < cells.size()) cells[count] = line.substr(0, comma);
    ++count;
    if (comma == std::string_view::npos) return count;
    line.remove_prefix(comma + 1);
  }
}

double csv_number(const InputFile& file, std::string_view cell) {
  if (cell.empty()) throw InputError(file.where(), "a value is missing");
  double value = 0.0;
  const auto [stop, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || stop != cell.data() + cell.size() || !std::isfinite(value))
    throw InputError(file.where(), '"' + std::string(cell.substr(0, 60)) + "\" is not a number");
  return value;
}

}  // namespace headroom

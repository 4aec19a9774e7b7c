#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

struct TablePoint {
  double x = 0.0;
  double y = 0.0;
  std::uint64_t line = 0;  ///< of its file
};

/// Reads a CSV file of two columns of numbers with strictly increasing x. The header must name the first column
/// `x_name`, and the second one `y_name` unless that is empty. Throws InputError with the line.
[[nodiscard]] std::vector<TablePoint> read_table(const std::string& path, std::string_view x_name,
                                                 std::string_view y_name);

}  // namespace headroom

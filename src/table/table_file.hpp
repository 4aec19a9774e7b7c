#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.hpp"

namespace headroom {

struct TablePoint {
  double x = 0.0;
  double y = 0.0;
  std::uint64_t line = 0;  ///< of its file
};

/// Reads two columns of numbers with strictly increasing x: the one called `x_name`, and the one called `y_name` or,
/// where that is empty, the only other one. Warns of columns that it does not use. Throws InputError with the line.
[[nodiscard]] std::vector<TablePoint> read_table(const std::string& path, std::string_view x_name,
                                                 std::string_view y_name, Warnings& warnings);

}  // namespace headroom

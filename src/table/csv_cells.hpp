#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "table/input_file.hpp"

namespace headroom {

/// Splits a line at its commas into the given cells; returns how many columns there are, also beyond the cells.
[[nodiscard]] std::size_t csv_cells(std::string_view line, std::span<std::string_view> cells);

/// The finite number in a cell of the line that was read last; throws InputError with that line where there is none.
[[nodiscard]] double csv_number(const InputFile& file, std::string_view cell);

}  // namespace headroom

#pragma once

#include <span>
#include <string>

#include "grid/grid_check.hpp"

namespace headroom {

/// What `headroom grid` prints for people: a line a node, and below it the verdicts of a specification.
[[nodiscard]] std::string grid_table(std::span<const GridResult> results);

}  // namespace headroom

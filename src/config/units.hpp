#pragma once

#include <optional>
#include <string_view>

#include "headroom/fields.hpp"

namespace headroom {

/// The unit a configuration name ends in.
struct Unit {
  std::string_view suffix;
  double si = 1.0;                     ///< SI value of one of it
  std::optional<Dimension> dimension;  ///< none for units without a C++ type
};

/// The unit of a name from the closed list of DESIGN section 8, none where the name ends in none of them.
std::optional<Unit> unit_of(std::string_view name);

}  // namespace headroom

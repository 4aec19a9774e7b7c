#pragma once

#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/problem.hpp"

namespace headroom {

/// Asks a configuration which of its rules are broken, nested structs before those that hold them; `pointer` is where
/// it stands.
[[nodiscard]] std::vector<Problem> broken_rules(const Slot& root, const std::string& pointer = {});

}  // namespace headroom

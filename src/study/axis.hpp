#pragma once

#include <string>
#include <vector>

#include "base/problem.hpp"
#include "config/json.hpp"

namespace headroom {

/// The values of an axis: a list as it is, or `{"from": a, "to": b, "step": s}` from a by steps of s up (or down) to b,
/// which is included where a step hits it. Values that are whole are
/// integers. What is wrong goes into `problems` at `where`.
[[nodiscard]] std::vector<Json> axis_values(const Json& axis, const std::string& where, std::vector<Problem>& problems);

}  // namespace headroom

#pragma once

#include <vector>

#include "config/json.hpp"
#include "headroom/problem.hpp"

namespace headroom {

/// The values of an axis: a list as it is, or `{"from": a, "to": b, "step": s}` from a by steps of s up (or down) to b,
/// which is included where a step hits it. Values that are whole are
/// integers. The axis stands at `scope`.
[[nodiscard]] std::vector<Json> axis_values(const Json& axis, const Scope& scope);

}  // namespace headroom

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/json.hpp"
#include "headroom/problem.hpp"

namespace headroom {

/// A value of an axis: what a point's row shows, and what it puts into the scenario, by JSON pointer.
struct AxisValue {
  Json shown;
  std::vector<std::pair<std::string, Json>> puts;
};

/// Whether the axis of this key has variants with names; a key that begins with `/` is a pointer into the scenario.
[[nodiscard]] bool is_named_axis(std::string_view key);

/// The variants of a named axis by their names, in order of the file: `{"none": {"/policy": "none"}, ...}`.
[[nodiscard]] std::vector<AxisValue> variants(const Json& axis, const Scope& scope);

/// The values of an axis: a list as it is, or `{"from": a, "to": b, "step": s}` from a by steps of s up (or down) to b,
/// which is included where a step hits it. Values that are whole are
/// integers. The axis stands at `scope`.
[[nodiscard]] std::vector<Json> axis_values(const Json& axis, const Scope& scope);

}  // namespace headroom

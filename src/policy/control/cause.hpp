#pragma once

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "headroom/controller.hpp"

namespace headroom {

/// "polca: row0 at 0.81": who decided, and the power over budget that made it.
inline std::string cause_of(std::string_view policy, const NodeTelemetry& node) {
  std::array<char, 32> level{};
  std::snprintf(level.data(), level.size(), " at %.3f", node.budget_fraction());
  return std::string(policy) + ": " + node.name + level.data();
}

}  // namespace headroom

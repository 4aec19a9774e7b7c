#pragma once

#include <cstdint>

#include "optimise/milp.hpp"

namespace headroom {

/// What the library with CBC gives to those who load it, by this name: a solution that is theirs, or null.
using SolveMilp = Milp::Solution*(const Milp& program, std::uint32_t most_nodes);
inline constexpr const char* kSolveMilp = "headroom_solve_milp";

}  // namespace headroom

#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace headroom {

/// Which pool each server belongs to. Pools take turns, so that every rack has its share of each: the pool furthest
/// behind its fraction is next, the first among equals.
std::vector<std::size_t> pool_of_servers(std::span<const double> fractions, std::size_t servers);

}  // namespace headroom

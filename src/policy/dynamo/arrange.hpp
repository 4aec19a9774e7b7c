#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "policy/dynamo/split.hpp"

namespace headroom {

/// A server, by its place in the list, and its new layout.
struct Resplit {
  std::size_t server = 0;
  Layout to;
};

/// The servers whose layout changes so that exactly the wanted instances stand, each from a multiple of its size, and
/// as many as possible of those that stand keep their GPUs; among such, fewest servers change. Nothing if they do not
/// fit. Two bytes a server for each combination of up to the wanted instances of each size.
std::optional<std::vector<Resplit>> arrange(std::span<const Layout> servers, std::span<const Wanted> wanted,
                                            unsigned gpus = 8);

}  // namespace headroom

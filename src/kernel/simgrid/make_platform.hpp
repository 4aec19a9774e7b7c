#pragma once

#include <cstddef>
#include <span>

#include "kernel/platform.hpp"

namespace headroom {

/// What the library with SimGrid gives to those who load it, by this name.
using MakePlatform = Platform*(std::span<const std::vector<Hertz>> clocks, std::span<const TypeId> servers,
                               const NetworkLayout* network, EventQueue& queue);
inline constexpr const char* kMakePlatform = "headroom_make_platform";

}  // namespace headroom

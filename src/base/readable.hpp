#pragma once

#include <string>

#include "headroom/quantity.hpp"

namespace headroom {

/// A span of time for people: 45 s, 12:30 min, 3:05 h, 2 d 04 h.
std::string readable(Seconds time);

}  // namespace headroom

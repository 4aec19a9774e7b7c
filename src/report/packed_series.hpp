#pragma once

#include <span>
#include <string>

#include "config/json.hpp"

namespace headroom {

/// Numbers as a page carries them: `{"count", "low", "high", "data"}`. Each value is one of 65,536 steps from the least
/// to the largest; the differences between neighbours, modulo 65,536, first the low bytes of all and then the high
/// ones, are deflated (zlib) and written in base64. Off by at most half a step; all values must be finite.
[[nodiscard]] Json packed_series(std::span<const double> values);

}  // namespace headroom

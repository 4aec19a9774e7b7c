#pragma once

#include <span>

#include "recording/power_record.hpp"

namespace headroom {

/// How often the values of a record change, where that is less often than its rows come: a meter was read again and
/// again between its updates. Then nearly all times between changes are at least two rows long and a multiple of one
/// time, which is returned; else 0. A constant record proves nothing.
[[nodiscard]] Seconds update_period(std::span<const PowerSample> samples);

}  // namespace headroom

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recording/power_record.hpp"

namespace headroom {

/// Checks when the samples of a record were taken, two or more. Throws InputError with the line where times do not
/// increase, come in the pattern of several GPUs in turn (unless `longest_step` says that steps differ), or leave a gap
/// above `longest_step`, by default 100 times the median. Returns the lower median of the times between samples in s.
[[nodiscard]] double check_record_times(const std::string& path, const std::vector<PowerSample>& samples,
                                        std::optional<Seconds> longest_step);

}  // namespace headroom

#pragma once

#include <optional>
#include <string>

#include "training/cycle.hpp"

namespace headroom {

/// Reads a measured waveform: time_s,power_w of one GPU, at any sampling, in increasing order. A sample is held until
/// the next one, the last for the median time between samples. What draws at least the mean of the least and the
/// largest sample is taken for compute, the rest for communication (ours: the file does not say). Throws InputError
/// with the line where a time between samples exceeds `longest_step`, by default 100 times the median.
[[nodiscard]] Cycle measured_cycle(const std::string& path, bool repeat, std::optional<Seconds> longest_step);

}  // namespace headroom

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/quantity.hpp"
#include "recording/record_config.hpp"
#include "recording/recording.hpp"

namespace headroom {

/// One sample of a GPU's draw.
struct PowerSample {
  double time_s = 0.0;  ///< since the first one
  Power power{};
  std::uint64_t line = 0;  ///< of the file
};

/// What a file says of a GPU, or of the mean of several.
struct PowerRecord {
  std::vector<PowerSample> samples;
  Recording recording;
};

/// `path:line` of a sample, for messages.
[[nodiscard]] std::string where_of(const std::string& path, const PowerSample& sample);

/// Reads what one GPU drew, or the mean of several: tables by name as nvidia-smi, DCGM, Zeus and monitoring systems
/// write them, with a row or a column a GPU, `dcgmi dmon`, `nvidia-smi dmon`, and samples of the DCGM exporter with
/// their times. A value that is missing is the one before it. Throws InputError with the line; warns of what was chosen
/// or left out.
[[nodiscard]] PowerRecord read_power_record(const std::string& path, const RecordConfig& config, Warnings& warnings);

}  // namespace headroom

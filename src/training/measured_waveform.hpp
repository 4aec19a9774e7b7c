#pragma once

#include "base/problem.hpp"
#include "headroom/gpu.hpp"
#include "training/cycle.hpp"

namespace headroom {

/// What bounds the draw of a GPU.
struct GpuDraws {
  Power tdp{};
  Power idle{};
};

/// Reads a measured waveform of a GPU with such bounds, at any sampling, in increasing order. A sample is held until
/// the next one, the last for the median time between samples. What draws at least the mean of the least and the
/// largest sample is taken for compute, the rest for communication (ours: the file does not say). Throws InputError
/// with the line for a time between samples above `longest_step`, by default 100 times the median, for a draw that no
/// such GPU has, and for one that always stays below idle unless `power_unit` is given.
[[nodiscard]] Cycle measured_cycle(const WaveformConfig& config, const GpuDraws& gpu, Warnings& warnings);

}  // namespace headroom

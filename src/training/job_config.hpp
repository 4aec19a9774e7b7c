#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/fields.hpp"
#include "headroom/gpu.hpp"
#include "training/start_jitter.hpp"
#include "training/waveform_config.hpp"

namespace headroom {

/// Failures of a whole job at exponential gaps of its running time; it starts an iteration afresh after each.
struct FailureConfig {
  Seconds mean_time_between{};
  Seconds restart{};
  void fields(Fields& f);
};

/// What a job does, whatever its size.
struct JobShape {
  WaveformConfig waveform;
  StartJitter start_jitter;
  std::optional<FailureConfig> failures;
  void fields(Fields& f);
};

/// A training job of a scenario.
struct JobConfig {
  std::string name;
  std::uint32_t gpus = 0;
  Seconds start{};
  std::optional<Seconds> duration;  ///< absent: until its waveform or the run ends
  JobShape shape;
  void fields(Fields& f);
};

/// Jobs from a file, each of a shape by its kind.
struct JobTraceConfig {
  std::string path;
  std::map<std::string, JobShape> shapes;
  void fields(Fields& f);
};

/// What is wrong beyond the ranges of single values, for jobs of servers with such GPUs. `pointer` is where the list of
/// jobs, or the job trace, stands in its document. Reads no file.
[[nodiscard]] std::vector<Problem> check(const std::vector<JobConfig>& jobs, const GpuSpec& gpu,
                                         const std::string& pointer);
[[nodiscard]] std::vector<Problem> check(const JobTraceConfig& trace, const std::string& pointer);

}  // namespace headroom

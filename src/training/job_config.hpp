#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/fields.hpp"
#include "table/failed_rows.hpp"
#include "table/time_style.hpp"
#include "table/time_window.hpp"
#include "training/shrink_config.hpp"
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
  std::optional<ShrinkConfig> shrink;
  void fields(Fields& f);
  void check(const Scope& scope) const;

  /// What is wrong with it, whose rules hold, as a job of that many GPUs. Reads no file.
  void check_on(std::uint32_t gpus, const GpuSpec& gpu, const Scope& scope) const;
};

/// A training job of a scenario.
struct JobConfig {
  std::string name;
  std::uint32_t gpus = 0;
  Seconds start{};
  std::optional<Seconds> duration;  ///< absent: until its waveform or the run ends
  JobShape shape;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

enum class JobTraceFormat : std::uint8_t { table, sacct, swf };
inline std::array<std::string_view, 3> words_of(JobTraceFormat) {
  return {"table", "sacct", "swf"};
}

/// What becomes of jobs that still ran when they were listed.
enum class RunningJobs : std::uint8_t { refuse, cut };
inline std::array<std::string_view, 2> words_of(RunningJobs) {
  return {"refuse", "cut"};
}

/// Which column of a job trace is what, by its header; empty: the names that are known decide.
struct JobColumns {
  std::string submit, gpus, duration, kind;
  void fields(Fields& f);
};

/// Jobs from files, each of a shape by its kind.
struct JobTraceConfig {
  std::string path;
  std::vector<std::string> paths;
  std::optional<JobTraceFormat> format;
  JobColumns columns;
  std::optional<TimeStyle> time_unit;
  std::optional<double> gpus_per_processor;
  std::optional<FailedRows> failed_rows;
  RunningJobs running_jobs = RunningJobs::refuse;
  Seconds late{1.0};
  WindowConfig window;
  std::map<std::string, JobShape> shapes;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

}  // namespace headroom

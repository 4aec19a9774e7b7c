#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/problem.hpp"
#include "table/utc_time.hpp"
#include "training/job_config.hpp"

namespace headroom {

/// A job as a log has it.
struct LoggedJob {
  WallTime submit{};
  std::uint32_t gpus = 0;
  Seconds duration{};       ///< above 0
  std::string kind;         ///< empty: no column says it
  std::string where;        ///< `path:line`
  bool is_running = false;  ///< until then; it had not ended
};

/// What the files of a job trace hold, in the order of their rows.
struct JobLog {
  std::vector<LoggedJob> jobs;
  std::optional<WallTime> first;  ///< the earliest submission, also of jobs that were left out
  std::optional<bool> has_dates;  ///< or epochs; else times count from the run's start
  std::optional<bool> has_zones;  ///< behind dates
  std::size_t failed = 0;         ///< jobs of 0 s or without GPUs, left out
  std::size_t parts = 0;          ///< rows of the standard workload format that are parts of a job, left out
  std::size_t repeated = 0;       ///< rows that say a job again, left out
  std::unordered_map<std::string, std::vector<std::size_t>> places;  ///< in `jobs`, by identity

  /// Adds a job unless it is there already under its identity (empty: it has none): a row that is the same, or one of a
  /// job that one of both rows saw running. A job that is submitted anew stays.
  void add(const std::string& identity, LoggedJob job);
};

/// Adds the jobs of a file: a table by names, sacct of Slurm, or the standard workload format. Throws InputError with
/// the line.
void read_job_log(const std::string& path, const JobTraceConfig& config, JobLog& log, Warnings& warnings);

/// Seconds in `1-02:03:04`, `02:03:04`, `03:04`, with a fraction or not; none for anything else.
[[nodiscard]] std::optional<double> clock_seconds(std::string_view text);
/// GPUs in the trackable resources of Slurm, `cpu=64,gres/gpu:h100=8,gres/gpu=8`: the untyped number or else the sum of
/// the typed ones; none where a type is a slice of a GPU.
[[nodiscard]] std::optional<double> gpus_in_tres(std::string_view text);

}  // namespace headroom

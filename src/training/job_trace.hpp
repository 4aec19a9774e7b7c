#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "headroom/quantity.hpp"
#include "training/job_config.hpp"

namespace headroom {

/// One job of a trace.
struct JobRow {
  Seconds submit{};
  std::uint32_t gpus = 0;
  Seconds duration{};  ///< above 0
  std::string kind;    ///< a key of JobTraceConfig::shapes
  std::string where;   ///< `path:line`, for problems found later
};

/// Reads a job trace in order of submission: tables by name, sacct of Slurm, the standard workload format. Dates and
/// epochs count from the first submission. Throws InputError with the line for a malformed or late row, a kind without
/// a shape, and a job larger than `cluster_gpus`; warns of rows that were skipped or moved. `where` is what messages
/// call the configuration.
[[nodiscard]] std::vector<JobRow> read_job_trace(const JobTraceConfig& config, std::uint64_t cluster_gpus,
                                                 const std::string& where, Warnings& warnings);

}  // namespace headroom

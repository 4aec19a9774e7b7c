#include "training/job_trace.hpp"

#include <algorithm>
#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"
#include "training/job_log.hpp"

namespace headroom {
namespace {

WallTime last_submit(const JobLog& log) {
  return std::ranges::max_element(log.jobs, is_before, &LoggedJob::submit)->submit;
}

JobLog read_files(const JobTraceConfig& config, Warnings& warnings) {
  std::vector<std::filesystem::path> files(config.paths.begin(), config.paths.end());
  if (!config.path.empty()) {
    files = files_at(config.path);
    if (const std::string left_out = left_out_at(config.path); !left_out.empty())
      warnings.push_back({"/workload/job_trace/path", "left out of the folder: " + left_out});
  }
  JobLog log;
  for (const auto& file : files) read_job_log(file.string(), config, log, warnings);
  return log;
}

/// The shape of a job by its kind, or the only one there is.
std::string kind_of(const LoggedJob& job, const JobTraceConfig& config) {
  if (job.kind.empty() && config.shapes.size() == 1) return config.shapes.begin()->first;
  if (config.shapes.contains(job.kind)) return job.kind;
  std::vector<std::string> known;
  for (const auto& [name, shape] : config.shapes) known.push_back(name);
  throw InputError(job.where, "no shape is called \"" + job.kind.substr(0, 60) + "\" (there are: " + join(known, ", ") +
                                  ")" + did_you_mean(job.kind, known));
}

/// Puts rows in order that come a little late; how many there were.
std::size_t sort_late(std::vector<JobRow>& rows, Seconds late) {
  std::size_t moved = 0;
  Seconds latest = rows.empty() ? Seconds() : rows.front().submit;
  for (const JobRow& row : rows) {
    if (row.submit < latest) ++moved;
    if (row.submit < latest - late)
      throw InputError(row.where, "the row is earlier than one before it, by " +
                                      shortest((latest - row.submit).value()) + " s, more than late_s");
    latest = std::max(latest, row.submit);
  }
  std::ranges::stable_sort(rows, {}, &JobRow::submit);
  return moved;
}

void warn_of(const JobLog& log, std::size_t moved, const JobTraceConfig& config, Warnings& warnings) {
  const std::string& path = config.path.empty() ? config.paths.front() : config.path;
  const std::string name = std::filesystem::path(path).filename().string();
  const auto say = [&](std::size_t count, std::string_view what, const char* then) {
    if (count > 0) warnings.push_back({name, counted(count, what) + then});
  };
  say(log.failed, "job", " of 0 s or without GPUs left out");
  say(log.parts, "row", " of a part of a job (status 2 to 4) left out");
  say(log.repeated, "row", " left out that say a job again (the same id and submission)");
  say(static_cast<std::size_t>(std::ranges::count_if(log.jobs, &LoggedJob::is_running)), "job",
      " that had not ended cut to the time until then");
  say(moved, "row", " out of order put in order");
}

}  // namespace

std::vector<JobRow> read_job_trace(const JobTraceConfig& config, std::uint64_t cluster_gpus, const std::string& where,
                                   Warnings& warnings) {
  const JobLog log = read_files(config, warnings);
  const WallTime origin = log.has_dates.value_or(false) ? *log.first : WallTime{};
  const TimeWindow window = window_of(config.window, origin, where);
  std::vector<JobRow> rows;
  for (const LoggedJob& job : log.jobs) {
    if (is_before(job.submit, origin)) throw InputError(job.where, "submit_s is negative");
    rows.push_back(
        {Seconds(seconds_between(window.start, job.submit)), job.gpus, job.duration, kind_of(job, config), job.where});
    if (job.gpus > cluster_gpus)
      throw InputError(job.where, "the job needs " + std::to_string(job.gpus) + " GPUs, but the cluster has " +
                                      std::to_string(cluster_gpus));
  }
  if (const std::string excess = log.jobs.empty() ? "" : window.excess_over(last_submit(log)); !excess.empty())
    warnings.push_back({"/workload/job_trace/until_s", excess});
  const std::size_t moved = sort_late(rows, config.late);
  std::optional<Seconds> length;
  if (window.end) length = Seconds(seconds_between(window.start, *window.end));
  std::erase_if(rows, [&](const JobRow& row) { return row.submit < Seconds() || (length && row.submit >= *length); });
  if (rows.empty())
    throw InputError(config.path.empty() ? config.paths.front() : config.path,
                     "the job trace has no jobs" + std::string(log.jobs.empty() ? "" : " from from_s to until_s"));
  warn_of(log, moved, config, warnings);
  return rows;
}

}  // namespace headroom

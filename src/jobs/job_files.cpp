#include "jobs/job_files.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "scenario/fleet_plan.hpp"

namespace headroom {
namespace {

std::shared_ptr<const WaveformPlan> plan_of(const Scenario& scenario, const JobShape& shape, std::uint32_t gpus,
                                            const std::string& where, Warnings& warnings) {
  const HardwareConfig& hardware = scenario.hardware;
  return std::make_shared<WaveformPlan>(shape, gpus, hardware.gpu, hardware.gpu_power.idle, where, warnings);
}

std::string job_pointer(std::size_t job) {
  return "/workload/jobs/" + std::to_string(job);
}

std::string shape_pointer(const std::string& kind) {
  return "/workload/job_trace/shapes/" + pointer_step(kind);
}

/// Why a record may not show what the checks of a grid need; empty where it does.
std::string too_coarse(const Recording& recording, const Need& need) {
  constexpr double second_hz = 0.5;  // what means over a second show
  const double shown = recording.shown().value(), least = need.to.value() * (1 - 1e-6);
  const std::string end = " Hz only, and in /grid " + need.why;
  if (shown > second_hz && recording.mean == DriverMean::on_recent_gpus && second_hz < least)
    return "on recent GPUs its samples are means over the last second, however close its rows, and show up to " +
           shortest(second_hz) + end + "; power.draw.instant shows more";
  if (shown >= least) return "";
  const auto [hold, update, mean] = recording;
  const bool is_mean = mean == DriverMean::yes && std::max(hold, update) < Seconds(1.0);
  return (is_mean          ? std::string("its samples are means over a second")
          : hold >= update ? "its samples are up to " + shortest(hold.value()) + " s apart"
                           : "its values change every " + shortest(update.value()) + " s only, in whatever rows,") +
         " and show up to " + shortest(shown) + end;
}

}  // namespace

std::shared_ptr<const WaveformPlan> plan_of_job(const Scenario& scenario, std::size_t job, Warnings& warnings) {
  const SiteJob& config = scenario.workload.jobs[job];
  return plan_of(scenario, config.shape, config.gpus, scenario.where(job_pointer(job)), warnings);
}

std::shared_ptr<const WaveformPlan> plan_of_row(const Scenario& scenario, const JobRow& row, Warnings& warnings) {
  const JobShape& shape = scenario.workload.job_trace->shapes.at(row.kind);
  return plan_of(scenario, shape, row.gpus, row.where + ": " + shape_pointer(row.kind), warnings);
}

std::string traced_name(const JobRow& row, std::size_t number) {
  return row.kind + "-" + std::to_string(number);
}

std::vector<JobRow> traced_jobs(const Scenario& scenario, Warnings& warnings) {
  const std::uint64_t gpus = plan_fleet(scenario).job_servers.size() * std::uint64_t{scenario.hardware.server.gpus};
  std::vector<JobRow> rows =
      read_job_trace(*scenario.workload.job_trace, gpus, scenario.where("/workload/job_trace"), warnings);
  const auto& jobs = scenario.workload.jobs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string name = traced_name(rows[i], jobs.size() + i);
    const auto listed = std::ranges::find(jobs, name, &SiteJob::name);
    if (listed != jobs.end())
      throw InputError(rows[i].where, "this job is called \"" + name + "\", as " +
                                          job_pointer(static_cast<std::size_t>(listed - jobs.begin())) +
                                          " is: rename that one");
  }
  return rows;
}

Warnings read_job_files(const Scenario& scenario) {
  Warnings warnings;
  const auto look = [&](const WaveformPlan& plan, const std::string& job) {
    if (!scenario.grid || !plan.recording()) return;
    const std::string what = too_coarse(*plan.recording(), scenario.grid->highest_need());
    Warning warning{job + "/waveform/path", what};
    if (!what.empty() && std::ranges::find(warnings, warning) == warnings.end()) warnings.push_back(std::move(warning));
  };
  for (std::size_t i = 0; i < scenario.workload.jobs.size(); ++i)
    look(*plan_of_job(scenario, i, warnings), job_pointer(i));
  if (!scenario.workload.job_trace) return warnings;
  std::set<std::pair<std::string, std::uint32_t>> seen;
  for (const JobRow& row : traced_jobs(scenario, warnings))
    if (seen.emplace(row.kind, row.gpus).second) look(*plan_of_row(scenario, row, warnings), shape_pointer(row.kind));
  return warnings;
}

}  // namespace headroom

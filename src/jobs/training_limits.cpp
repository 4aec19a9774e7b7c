// What holds the servers of training jobs, what ends jobs, and what becomes of those whose servers go.
#include <algorithm>

#include "jobs/training.hpp"

namespace headroom {

JobLimit Training::limit_of(const Job& job) const {
  JobLimit limit;
  const GpuSpec& gpu = scenario_.hardware.gpu;
  for (const ServerId id : job.servers) {
    const Server& server = fleet_.servers()[id.index()];
    limit.clock_ratio = std::min(limit.clock_ratio, server.limits.clock(gpu) / gpu.max_clock);
    if (const auto cap = server.limits.cap()) limit.cap = std::min(limit.cap, *cap);
  }
  for (const auto& [slice, per_gpu] : job.heat_limits) limit.cap = std::min(limit.cap, per_gpu);
  if (cap_fraction_) limit.cap = std::min(limit.cap, gpu.tdp * *cap_fraction_);
  return limit;
}

void Training::limits_changed(ServerId server) {
  const std::uint32_t index = job_of_server_[server.index()];
  if (index == kNone) return;
  apply_limit(jobs_[index]);
}

void Training::heat_limited(SliceId slice, Power per_gpu) {
  if (fleet_.slices()[slice.index()].occupant != Occupant::cohort) return;
  Job& job = jobs_[fleet_.slices()[slice.index()].number];
  job.heat_limits[slice] = per_gpu;
  apply_limit(job);
}

void Training::limit_jobs(std::optional<double> cap_fraction) {
  cap_fraction_ = cap_fraction;
  for (Job& job : jobs_) apply_limit(job);
}

void Training::end_jobs(EndJobs::Which which) {
  if (which == EndJobs::Which::largest) return end_largest();
  for (std::size_t j = 0; j < jobs_.size(); ++j)
    if (!jobs_[j].cohorts.empty()) end(j);
}

void Training::end_largest() {
  std::optional<std::size_t> largest;
  for (std::size_t j = 0; j < jobs_.size(); ++j)
    if (!jobs_[j].cohorts.empty() && (!largest || jobs_[j].gpus > jobs_[*largest].gpus)) largest = j;
  if (largest) end(*largest);
}

void Training::apply_limit(Job& job) {
  const JobLimit limit = limit_of(job);
  for (std::size_t c = 0; c < job.cohorts.size(); ++c) {
    Cohort& cohort = job.cohorts[c];
    if (!cohort.state) continue;
    cohort.state->limit(limit, now());
    book(cohort, cohort.state->inlet(), cohort.state->feed());
    schedule(job, c);
  }
}

void Training::leaving(std::span<const ServerId> servers) {
  free_.withdraw(servers);
  start_waiting();
}

void Training::power_cut(std::span<const ServerId> servers) {
  free_.withdraw(servers);
  for (const ServerId server : servers) {
    const std::uint32_t index = job_of_server_[server.index()];
    if (index == kNone) continue;
    log_.happened("job_end", jobs_[index].name, "power of " + fleet_.path(server) + " cut", now());
    end(index);
  }
  start_waiting();
}

}  // namespace headroom

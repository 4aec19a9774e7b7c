#include "training/job_config.hpp"

#include <set>

namespace headroom {

void FailureConfig::fields(Fields& f) {
  f.required("mean_time_between_failures_s", mean_time_between, "mean running time from a start to the next failure",
             Range::between(1e-3, 1e12));
  f.required("restart_s", restart, "time that the GPUs idle from a failure to the job's next start", Range::period());
}

void JobShape::fields(Fields& f) {
  f.required("waveform", waveform, "what one GPU draws over time");
  f("start_jitter", start_jitter, "servers of the job that start later than others");
  f("failures", failures, "failures and restarts; absent: none");
}

void JobConfig::fields(Fields& f) {
  f.required("name", name, "what the job is called");
  f.required("gpus", gpus, "GPUs of the job, on whole servers", Range::between(1, 1e8));
  f("start_s", start, "when it starts", Range::delay());
  f("duration_s", duration, "how long it runs; absent: until its waveform or the run ends", Range::period());
  shape.fields(f);
}

void JobTraceConfig::fields(Fields& f) {
  f.required("path", path, "a CSV file with the columns submit_s, gpus, duration_s and kind");
  f.required("shapes", shapes, "what the jobs of each kind do");
}

std::vector<Problem> check(const std::vector<JobConfig>& jobs, const GpuSpec& gpu, const std::string& pointer) {
  std::vector<Problem> problems;
  std::set<std::string> names;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const std::string here = pointer + '/' + std::to_string(i);
    if (jobs[i].name.empty()) problems.push_back({here + "/name", "must not be empty"});
    else if (!names.insert(jobs[i].name).second)
      problems.push_back({here + "/name", "another job is already called \"" + jobs[i].name + '"'});
    jobs[i].shape.waveform.check(jobs[i].gpus, gpu, here + "/waveform", problems);
  }
  return problems;
}

std::vector<Problem> check(const JobTraceConfig& trace, const std::string& pointer) {
  std::vector<Problem> problems;
  if (trace.path.empty()) problems.push_back({pointer + "/path", "must not be empty"});
  if (trace.shapes.empty()) problems.push_back({pointer + "/shapes", "must have at least one kind of job"});
  return problems;
}

}  // namespace headroom

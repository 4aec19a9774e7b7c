#include "training/job_config.hpp"

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
  f("shrink", shrink, "a network that is pruned while it trains, so that iterations get shorter; absent: none");
}

void JobShape::check(const Scope& scope) const {
  if (shrink && !waveform.path.empty())
    scope.at("shrink").problem(
        "does not go with a measured waveform, of which nothing says what shrinks: give phases, "
        "training or convolution");
}

void JobShape::check_on(std::uint32_t gpus, const GpuSpec& gpu, const Scope& scope) const {
  const Scope wave = scope.at("waveform");
  waveform.check_on(gpus, gpu, wave);
  if (!shrink || !wave.sound() || !scope.at("shrink").sound()) return;
  const std::vector<WaveStep> last =
      shrunk(waveform.iteration(gpus, gpu), *shrink, stages_of(*shrink).back().left, Power());
  if (last.empty()) scope.at("shrink").problem("leaves nothing of an iteration");
  else waveform.check_iteration(last, gpu.tdp, wave);
}

void JobConfig::fields(Fields& f) {
  f.required("name", name, "what the job is called");
  f.required("gpus", gpus, "GPUs of the job, on whole servers", Range::between(1, 1e8));
  f("start_s", start, "when it starts", Range::delay());
  f("duration_s", duration, "how long it runs; absent: until its waveform or the run ends", Range::period());
  f.part(shape);
}

void JobColumns::fields(Fields& f) {
  f("submit", submit, "header of the time of submission");
  f("gpus", gpus, "header of the number of GPUs");
  f("duration", duration, "header of the time that the job ran");
  f("kind", kind, "header of the kind of job");
}

void JobTraceConfig::fields(Fields& f) {
  f("path", path, "the trace: a table or a log of a batch system, plain, gzip or zstd, or a folder of such files");
  f("paths", paths, "several files instead, in this order");
  f("format", format, "what a file is that does not tell: sacct of Slurm, or the standard workload format");
  f("columns", columns, "which column is what, where names alone do not say it");
  f("time_unit", time_unit, "what submission times are, where the file does not say it");
  f("gpus_per_processor", gpus_per_processor, "GPUs of a job over its processors, rounded up: for a log of processors",
    Range::between(1e-6, 1e6));
  f("failed_rows", failed_rows,
    "jobs of 0 s or without GPUs; absent: skip where the format marks them so (sacct, swf), else refuse");
  f("running_jobs", running_jobs, "jobs that had not ended: refused, or as long as they had run");
  f("late_s", late, "rows that come at most this late are put in order, later ones refused", Range::between(0.0, 1e9));
  f.part(window);
  f.required("shapes", shapes, "what the jobs of each kind do");
}

void JobConfig::check(const Scope& scope) const {
  if (name.empty()) scope.at("name").problem("must not be empty");
}

void JobTraceConfig::check(const Scope& scope) const {
  if (path.empty() == paths.empty()) scope.problem("must have either path or paths");
  if (shapes.empty()) scope.at("shapes").problem("must have at least one kind of job");
}

}  // namespace headroom

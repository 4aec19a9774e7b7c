#include "base/text.hpp"
#include "grid/instrument.hpp"
#include "scenario/section_check.hpp"

namespace headroom {
namespace {

/// Samples that end with the run must be some, and last as long as ramps are measured over.
void check_grid_times(const GridConfig& grid, Seconds duration, const Scope& scope) {
  if (grid.warmup >= duration) return scope.at("warmup_s").problem("must be below duration_s");
  const Seconds start = grid.warmup + first_seen(grid.instrument);
  const Seconds left = duration - start;
  if (left < grid.sample * 2.0)
    scope.at("warmup_s")
        .problem("leaves less than two samples: they begin at " + shortest(start.value()) + " s, and the run ends at " +
                 shortest(duration.value()) + " s");
  else if (const auto& spec = grid.spec;
           spec && (spec->ramp_up_w_per_s || spec->ramp_down_w_per_s) && spec->horizon > left)
    scope.at("spec")
        .at("horizon_s")
        .problem("must be at most the " + shortest(left.value()) + " s from the first sample to the end of the run");
}

/// Whether nothing says how long a job runs: one that shrinks ends with its epochs, a measured waveform with its file,
/// unless failures keep it from that.
bool may_run_for_ever(const SiteJob& job) {
  const WaveformConfig& waveform = job.shape.waveform;
  const bool ends = job.shape.shrink || !(waveform.path.empty() || waveform.repeat);
  return !job.duration && (!ends || job.shape.failures);
}

void check_jobs_end(const Scenario& scenario, const Scope& root) {
  const auto& jobs = scenario.workload.jobs;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Scope here = root.at("workload").at("jobs").at(i);
    if (!scenario.duration && may_run_for_ever(jobs[i]))
      root.at("duration_s").problem("missing: the job of " + here.pointer() + " never ends");
    if (scenario.duration && jobs[i].start >= *scenario.duration)
      here.at("start_s").problem("is not before the end of the run, /duration_s");
  }
}

}  // namespace

void check_durations(const Scenario& scenario, const Scope& root) {
  if (const Scope prices = root.at("prices"); scenario.prices && scenario.duration && prices.sound())
    scenario.prices->check_reach(*scenario.duration, prices);
  if (scenario.grid) scenario.grid->check_sampling(root.at("grid"));
  if (scenario.grid && scenario.duration) check_grid_times(*scenario.grid, *scenario.duration, root.at("grid"));
  const auto duration = known_duration(scenario);
  if (scenario.workload.synthetic && !duration) root.at("duration_s").problem("missing: this workload never ends");
  if (const auto bin = scenario.output.power.bin; bin && duration && *duration / *bin > 1e6)
    root.at("output").at("power").at("bin_s").problem("makes more than 1,000,000 bins of " +
                                                      shortest(duration->value()) + " s");
  if (!scenario.duration && !scenario.workload.has_requests() && !scenario.workload.has_jobs() &&
      !scenario.workload.vms && scenario.workload.graphs.empty())
    root.at("duration_s").problem("missing: tenants do not say how long the run is");
  check_jobs_end(scenario, root);
  const auto comes_in_time = [&](Seconds at, const Scope& scope) {
    if (scenario.duration && at >= *scenario.duration) scope.problem("is not before the end of the run, /duration_s");
  };
  for (std::size_t i = 0; i < scenario.workload.tenants.size(); ++i)
    comes_in_time(scenario.workload.tenants[i].start, root.at("workload").at("tenants").at(i).at("start_s"));
  for (std::size_t i = 0; i < scenario.workload.graphs.size(); ++i)
    comes_in_time(scenario.workload.graphs[i].start, root.at("workload").at("graphs").at(i).at("start_s"));
  for (std::size_t i = 0; i < scenario.incidents.evictions.size(); ++i)
    comes_in_time(scenario.incidents.evictions[i].at, root.at("incidents").at("evictions").at(i).at("at_s"));
  for (std::size_t i = 0; i < scenario.incidents.power_limits.size(); ++i)
    comes_in_time(scenario.incidents.power_limits[i].limit.at,
                  root.at("incidents").at("power_limits").at(i).at("at_s"));
  for (std::size_t i = 0; i < scenario.incidents.airflow_limits.size(); ++i)
    comes_in_time(scenario.incidents.airflow_limits[i].limit.at,
                  root.at("incidents").at("airflow_limits").at(i).at("at_s"));
}

}  // namespace headroom

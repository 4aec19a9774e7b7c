#include <algorithm>

#include "scenario/fleet_plan.hpp"
#include "scenario/section_check.hpp"

namespace headroom {
namespace {

void check_smoothing(const SmoothingConfig& smoothing, const PolicyContext& context, const Scope& scope) {
  for (const SmoothingStage& stage : smoothing.stages)
    stage.smoother.value->check_in(context, scope.at(stage.smoother.kind));
}

void check_job(const SiteJob& job, const Scenario& scenario, const PolicyContext& context, const Scope& scope) {
  const std::size_t serving = serving_servers(scenario);
  if (serving <= scenario.site.servers) {
    const std::size_t gpus = (scenario.site.servers - serving) * scenario.hardware.server.gpus;
    if (job.gpus > gpus)
      scope.at("gpus").problem("is more than the " + std::to_string(gpus) +
                               " GPUs of the servers that serve no requests");
  }
  if (job.smoothing) check_smoothing(*job.smoothing, context, scope.at("smoothing"));
  if (const Scope here = scope.at("waveform"); here.sound())
    job.shape.waveform.check_on(job.gpus, scenario.hardware.gpu, here);
}

void check_servers(const Scenario& scenario, const Scope& scope) {
  if (scenario.workload.has_requests() && !scenario.serving) scope.problem("missing: there are requests to be served");
  if (scenario.serving && serving_servers(scenario) == 0) scope.problem("has no server: the jobs need them all");
  if (serving_servers(scenario) > scenario.site.servers)
    scope.at("servers").problem("is more than the servers of the site");
}

}  // namespace

void check_workload(const Scenario& scenario, const Scope& root) {
  check_servers(scenario, root.at("serving"));
  const PolicyContext context{scenario.hardware.gpu.tdp, {}, 0};
  const auto& jobs = scenario.workload.jobs;
  for (std::size_t i = 0; i < jobs.size(); ++i)
    check_job(jobs[i], scenario, context, root.at("workload").at("jobs").at(i));
  check_smoothing(scenario.smoothing, context, root.at("smoothing"));
}

}  // namespace headroom

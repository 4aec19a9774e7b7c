#include <algorithm>
#include <set>

#include "headroom/placement.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/section_check.hpp"

namespace headroom {
namespace {

void check_smoothing(const SmoothingConfig& smoothing, const PolicyContext& context, const Scope& scope) {
  for (const SmoothingStage& stage : smoothing.stages)
    stage.smoother.value->check_in(context, scope.at(stage.smoother.kind));
}

void check_job(const SiteJob& job, const Scenario& scenario, std::size_t servers, const PolicyContext& context,
               const Scope& scope) {
  const std::size_t gpus = servers * scenario.hardware.server.gpus;
  if (job.gpus > gpus)
    scope.at("gpus").problem("is more than the " + std::to_string(gpus) +
                             " GPUs of the servers that serve no requests" +
                             (scenario.server_types.empty() && scenario.workload.tenants.empty()
                                  ? ""
                                  : ", are of the type of /hardware and hold no tenants"));
  if (job.smoothing) check_smoothing(*job.smoothing, context, scope.at("smoothing"));
  if (scope.at("waveform").sound()) job.shape.check_on(job.gpus, scenario.hardware.gpu, scope);
}

/// It must be one of the server types where it may stand.
void check_tenant(const TenantConfig& tenant, const Scenario& scenario, const FleetPlan& plan, const Scope& scope) {
  if (!scope.sound()) return;
  const Site site(scenario.site);
  const auto types = scenario.types();
  std::set<TypeId> named;
  for (std::size_t i = 0; i < site.servers(); ++i)
    for (const std::string& node : tenant.nodes)
      if (is_at_or_under(site.tree().path(site.server(i)), node)) named.insert(plan.type_of_server[i]);
  std::uint32_t most = 0;
  for (const TypeId type : named) {
    const HardwareConfig& hardware = *types[type.index()];
    most = std::max(most, hardware.server.gpus);
    if (const Scope here = scope.at("waveform"); here.sound() && tenant.gpus <= hardware.server.gpus)
      tenant.waveform.check_on(tenant.gpus, hardware.gpu, here);
  }
  if (tenant.gpus > most)
    scope.at("gpus").problem("is more than the " + std::to_string(most) +
                             " GPUs of the largest server where it may stand");
}

}  // namespace

void check_workload(const Scenario& scenario, const Scope& root) {
  if ((scenario.workload.has_requests() || !scenario.workload.graphs.empty()) && scenario.all_services().empty())
    root.at("serving").problem("missing: there are requests to be served");
  if (names_nodes(scenario) && !root.at("site").sound()) return;
  const FleetPlan plan = plan_fleet(scenario);
  if (std::ranges::any_of(plan.services, [](const auto& service) { return service.given < service.asked; })) return;
  const PolicyContext context{scenario.hardware.gpu.tdp, {}, 0, {}, {}};
  const auto& jobs = scenario.workload.jobs;
  for (std::size_t i = 0; i < jobs.size(); ++i)
    check_job(jobs[i], scenario, plan.job_servers.size(), context, root.at("workload").at("jobs").at(i));
  for (std::size_t i = 0; i < scenario.workload.tenants.size(); ++i)
    check_tenant(scenario.workload.tenants[i], scenario, plan, root.at("workload").at("tenants").at(i));
  check_smoothing(scenario.smoothing, context, root.at("smoothing"));
}

}  // namespace headroom

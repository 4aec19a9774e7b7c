#include "scenario/site_workload.hpp"

#include <set>
#include <string>

namespace headroom {
namespace {

template <class Named>
void check_names(const std::vector<Named>& list, const std::string& what, const Scope& scope) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (!list[i].name.empty() && !names.insert(list[i].name).second)
      scope.at(i).at("name").problem("another " + what + " is already called \"" + list[i].name + '"');
}

}  // namespace

void SiteJob::fields(Fields& f) {
  JobConfig::fields(f);
  f("smoothing", smoothing, "how its power is smoothed; absent: as /smoothing says");
}

void SiteWorkload::fields(Fields& f) {
  WorkloadConfig::fields(f);
  f("jobs", jobs, "training jobs");
  f("job_trace", job_trace, "training jobs from a file; /serving/servers then says how many servers they do not get");
  f("tenants", tenants, "virtual machines of which nothing is known but what they draw");
  f("vms", vms, "virtual machines that come and go, and that /policy/vm_placement places");
  f("graphs", graphs, "jobs of stages that wait for each other, such as LLM calls, images and clips");
}

void SiteWorkload::check(const Scope& scope) const {
  WorkloadConfig::check(scope);
  if (!has_requests() && !has_jobs() && tenants.empty() && !vms && graphs.empty())
    scope.problem("must have trace, synthetic, jobs, job_trace, tenants, vms, or graphs");
  if (vms && has_jobs()) scope.at("vms").problem("cannot stand beside training jobs, which would take their servers");
  if (vms && !tenants.empty())
    scope.at("vms").problem("cannot stand beside tenants: write them as machines of a file (/workload/vms/path)");
  check_names(jobs, "job", scope.at("jobs"));
  check_names(tenants, "tenant", scope.at("tenants"));
  check_names(graphs, "stream of jobs", scope.at("graphs"));
}

}  // namespace headroom

#pragma once

#include <optional>
#include <vector>

#include "scenario/smoothing.hpp"
#include "scenario/tenant_config.hpp"
#include "scenario/vm_config.hpp"
#include "training/job_config.hpp"
#include "workflow/graph_stream.hpp"
#include "workload/workload_config.hpp"

namespace headroom {

/// A training job, and how its power is smoothed where that differs from the others.
struct SiteJob : JobConfig {
  std::optional<SmoothingConfig> smoothing;
  void fields(Fields& f);
};

/// What the servers have to do: requests, jobs, tenants, virtual machines, job graphs.
struct SiteWorkload : WorkloadConfig {
  std::vector<SiteJob> jobs;
  std::optional<JobTraceConfig> job_trace;
  std::vector<TenantConfig> tenants;
  std::optional<VmsConfig> vms;
  std::vector<GraphStreamConfig> graphs;
  [[nodiscard]] bool has_jobs() const { return !jobs.empty() || job_trace.has_value(); }
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

}  // namespace headroom

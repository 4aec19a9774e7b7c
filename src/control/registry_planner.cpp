#include "control/registry_planner.hpp"

#include <algorithm>

#include "scenario/registry_sections.hpp"

namespace headroom {
namespace {

/// The registry with as many GPUs as the site has, where it does not say how many there are.
WorkflowRegistry limited(WorkflowRegistry registry, const FleetView& fleet, const World& world) {
  std::map<std::string, std::uint32_t> gpus;
  std::map<TypeId, std::string> gpu_of_type;
  for (const ServingPoint& point : registry.points)
    for (const Variant& variant : world.variants)
      if (variant.name == pool_of_point(point)) gpu_of_type[variant.server_type] = point.gpu;
  for (std::size_t s = 0; s < fleet.servers(); ++s)
    if (const auto named = gpu_of_type.find(fleet.server(ServerId(s)).type); named != gpu_of_type.end())
      gpus[named->second] += fleet.server(ServerId(s)).gpus;
  for (auto& [name, gpu] : registry.gpus)
    if (!gpu.most_gpus) gpu.most_gpus = gpus[name];
  return registry;
}

}  // namespace

RegistryPlanner::RegistryPlanner(const WorkflowRegistry& registry, const ClassTable& classes, const FleetView& fleet,
                                 const World& world)
    : registry_(limited(registry, fleet, world)), day_(registry_), classes_(classes.size()) {
  const auto place = [&](const std::string& pool, const std::string& variant) {
    Place found{};
    for (std::size_t p = 0; p < fleet.pools(); ++p)
      if (fleet.name(PoolId(p)) == std::string(kWorkflowService) + "/" + pool) found.pool = PoolId(p);
    for (std::size_t v = 0; v < world.variants.size(); ++v)
      if (const Variant& one = world.variants[v];
          one.name == variant && world.services[one.service.index()].name == kWorkflowService)
        found.variant = VariantId(v);
    return found;
  };
  baseline_ = place(kBaselinePool, "");
  for (const ServingPoint& point : registry_.points)
    points_.push_back(place(pool_of_point(point), pool_of_point(point)));
  std::size_t number = 0;
  for (const auto& [name, workflow] : registry_.workflows) {
    for (const WorkflowSlo& slo : workflow.slos) {
      Demand& demand = demands_.emplace_back(Demand{{&workflow, slo.kind, slo.tier}, number, slo.fraction, {}});
      for (std::size_t i = 0; i < classes.size(); ++i)
        if (classes.type(ClassId(i)) == type_of_requests(name, slo)) demand.requests = ClassId(i);
    }
    ++number;
  }
}

double RegistryPlanner::peak(ClassId requests, std::size_t epoch) const {
  for (const Demand& demand : demands_)
    if (demand.requests == requests) return demand.fraction * day_.peak(demand.workflow, epoch % day_.epochs());
  return 0;
}

PlannedDeployment RegistryPlanner::baseline(std::uint32_t instances) const {
  PlannedDeployment plan{{{baseline_.pool, baseline_.variant, instances}}, {}};
  plan.parts.resize(classes_);
  return plan;
}

std::vector<double> RegistryPlanner::workflow_loads(std::span<const double> requests_per_s) const {
  std::vector<double> loads(registry_.workflows.size());
  for (const Demand& demand : demands_)
    if (demand.requests) loads[demand.workflow] += requests_per_s[demand.requests->index()];
  return loads;
}

PlannedDeployment RegistryPlanner::plan(Deployment how, std::span<const double> requests_per_s) const {
  if (how == Deployment::fixed) return baseline(static_instances(registry_, day_));
  if (how == Deployment::autoscaled) return baseline(baseline_instances(registry_, workflow_loads(requests_per_s)));
  std::vector<SloDemand> demands;
  for (const Demand& demand : demands_)
    demands.push_back({demand.bound, demand.requests ? requests_per_s[demand.requests->index()] : 0.0});
  const EpochPlan epoch = how == Deployment::jointly ? plan_epoch(registry_, demands, "an epoch of the run")
                                                     : plan_separately(registry_, demands, "an epoch of the run");
  PlannedDeployment plan;
  for (std::size_t m = 0; m < points_.size(); ++m)
    if (epoch.instances[m] > 0) plan.groups.push_back({points_[m].pool, points_[m].variant, epoch.instances[m]});
  plan.parts.resize(classes_);
  for (std::size_t d = 0; d < demands_.size(); ++d) {
    if (!demands_[d].requests) continue;
    auto& parts = plan.parts[demands_[d].requests->index()];
    for (const RoutedPart& part : epoch.routes[d]) {
      const PoolId pool = points_[part.option.point_number].pool;
      const auto same = std::ranges::find(parts, pool, &PlannedDeployment::Part::pool);
      if (same != parts.end()) same->fraction += part.fraction;
      else parts.push_back({pool, part.fraction});
    }
  }
  return plan;
}

}  // namespace headroom

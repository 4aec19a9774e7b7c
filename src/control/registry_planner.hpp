#pragma once

#include <optional>
#include <vector>

#include "headroom/deployment_planner.hpp"
#include "headroom/fleet.hpp"
#include "headroom/world.hpp"
#include "registry/day_plan.hpp"
#include "trace/classes.hpp"

namespace headroom {

/// Plans by the program of a registry, in pools and classes of a run.
class RegistryPlanner final : public DeploymentPlanner {
 public:
  /// All outlive this. GPUs that the registry knows no end of end with those of the site.
  RegistryPlanner(const WorkflowRegistry& registry, const ClassTable& classes, const FleetView& fleet,
                  const World& world);

  [[nodiscard]] Seconds epoch() const override { return Seconds(registry_.epoch_min * 60.0); }
  [[nodiscard]] bool knows_load() const override { return registry_.forecast == LoadForecast::oracle; }
  [[nodiscard]] double forecast_weight() const override { return registry_.forecast_weight; }
  [[nodiscard]] double peak(ClassId requests, std::size_t epoch) const override;
  [[nodiscard]] PlannedDeployment plan(Deployment how, std::span<const double> requests_per_s) const override;

 private:
  /// Where the instances of an operating point, or of the baseline, stand.
  struct Place {
    PoolId pool;
    VariantId variant;
  };
  /// The requests of a workflow under one of its SLOs, and their class.
  struct Demand {
    SloBound bound;
    std::size_t workflow;
    double fraction;
    std::optional<ClassId> requests;  ///< none where nobody ever asks
  };
  [[nodiscard]] PlannedDeployment baseline(std::uint32_t instances) const;
  [[nodiscard]] std::vector<double> workflow_loads(std::span<const double> requests_per_s) const;

  const WorkflowRegistry registry_;
  RegistryDay day_;
  std::size_t classes_;
  Place baseline_;
  std::vector<Place> points_;
  std::vector<Demand> demands_;
};

}  // namespace headroom

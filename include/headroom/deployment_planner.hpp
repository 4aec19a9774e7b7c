#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// How instances for workflows are chosen (Murakkab, arXiv 2508.18298).
enum class Deployment : std::uint8_t {
  fixed,       ///< one configuration of everything, for the largest minute of the day
  autoscaled,  ///< the same for what is expected of an epoch
  separately,  ///< the least cost that keeps the SLOs of an epoch, of each workflow by itself
  jointly      ///< of all together
};
inline std::array<std::string_view, 4> words_of(Deployment) {
  return {"static", "autoscaled", "optimised", "jointly"};
}

/// How many instances pools are to have, and who goes where.
struct PlannedDeployment {
  struct Group {
    PoolId pool;
    VariantId variant;
    std::uint32_t instances = 0;
  };
  struct Part {
    PoolId pool;
    double fraction = 0;
  };
  std::vector<Group> groups;             ///< of pools that have any
  std::vector<std::vector<Part>> parts;  ///< by class; none: nothing is said of it

  [[nodiscard]] std::uint32_t instances(PoolId pool) const {
    for (const Group& group : groups)
      if (group.pool == pool) return group.instances;
    return 0;
  }
};

/// Plans deployments for loads, as /registry says.
class DeploymentPlanner {
 public:
  virtual ~DeploymentPlanner() = default;
  /// How often plans are made anew.
  [[nodiscard]] virtual Seconds epoch() const = 0;
  /// Whether a plan may know the load of its epoch.
  [[nodiscard]] virtual bool knows_load() const = 0;
  /// Of the last epoch in the mean of those before, where it may not.
  [[nodiscard]] virtual double forecast_weight() const = 0;
  /// Requests/s of a class in the largest minute of an epoch.
  [[nodiscard]] virtual double peak(ClassId requests, std::size_t epoch) const = 0;
  /// For so many requests/s, by class.
  [[nodiscard]] virtual PlannedDeployment plan(Deployment how, std::span<const double> requests_per_s) const = 0;
};

}  // namespace headroom

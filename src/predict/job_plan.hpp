#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenario/scenario.hpp"
#include "workflow/provisioning.hpp"

namespace headroom {

/// A server type whose GPUs the instances of a job may have.
struct PlannedType {
  std::string name;  ///< `/hardware`, or as /server_types calls it
  std::uint32_t gpus = 1;
  double gpu_usd_per_h = 0;
};

/// What `headroom plan` knows of a job: the models that do its stages, by pool, and the GPUs that there are.
struct PlannedJob {
  std::string stream;
  std::size_t stages = 0;
  Seconds content{};
  std::vector<WorkerModel> models;
  std::vector<PlannedType> types;   ///< of servers
  std::vector<std::uint32_t> gpus;  ///< by server type, of servers that no pool holds
  Allocation as_it_stands;          ///< instances that pools count
};

/// Of the stream of that name, or of the only one. Throws InputError where there is none, or a model has no option.
[[nodiscard]] PlannedJob planned_job(const Scenario& scenario, const std::string& stream);

}  // namespace headroom

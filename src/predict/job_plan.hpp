#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenario/scenario.hpp"
#include "workflow/provisioning.hpp"

namespace headroom {

/// A server type whose GPUs and CPU cores the instances of a job may have.
struct PlannedType {
  std::string name;  ///< `/hardware`, or as /server_types calls it
  FreeDevices of_server;
  double usd_per_h = 0;  ///< of a server with all it has
};

/// What `headroom plan` knows of a job: the models that do its stages, by pool, and the GPUs that there are.
struct PlannedJob {
  std::string stream;
  std::size_t stages = 0;
  Seconds content{};
  std::vector<WorkerModel> models;
  std::vector<PlannedType> types;  ///< of servers
  std::vector<FreeDevices> free;   ///< by server type: GPUs of servers that no pool holds, cores of all
  Allocation as_it_stands;         ///< instances that pools count
};

/// Of the stream of that name, or of the only one. Throws InputError where there is none, or a model has no option.
[[nodiscard]] PlannedJob planned_job(const Scenario& scenario, const std::string& stream);

}  // namespace headroom

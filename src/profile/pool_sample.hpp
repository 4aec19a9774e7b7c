#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenario/fleet_plan.hpp"
#include "scenario/scenario.hpp"
#include "trace/classes.hpp"

namespace headroom {

/// What a request asks of an instance.
struct RequestShape {
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  ClassId request_class;
};

/// Requests of a pool, picked at random from those of the workload.
struct PoolSample {
  std::string name;
  ServiceId service;
  std::vector<RequestShape> requests;

  [[nodiscard]] double mean_input_tokens() const;
  [[nodiscard]] double mean_output_tokens() const;
};

/// Whom a profile is about: by pool who comes, and by class what is promised.
struct ProfiledRequests {
  std::vector<PoolSample> pools;
  std::vector<SloTargets> targets;
};

/// Reads the first requests of the workload. Throws InputError where a class of them has no target.
[[nodiscard]] ProfiledRequests sample_pools(const Scenario& scenario);

}  // namespace headroom

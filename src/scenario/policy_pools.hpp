#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/fields.hpp"
#include "scenario/service_config.hpp"

namespace headroom {

struct Scenario;

enum class PoolsBy : std::uint8_t { service, all, type };
inline std::array<std::string_view, 3> words_of(PoolsBy) {
  return {"service", "all", "type"};
}

/// How a policy divides the instances of the scenario's only service: as the service says, into one pool, one for each
/// type of request, or for groups of types. Pools are in the order of the types; servers begin in the last.
struct PolicyPools {
  PoolsBy by = PoolsBy::service;
  std::vector<std::vector<std::string>> groups;
  void fields(Fields& f);
  void check(const Scope& scope) const;
  [[nodiscard]] bool replace_those_of_the_service() const { return by != PoolsBy::service || !groups.empty(); }
};

/// The pools of a service, those that the policy makes in place of its own included.
[[nodiscard]] std::vector<PoolConfig> pools_of(const Scenario& scenario, const ServiceConfig& service);
/// Types that the requests of a workload may have, in their order, as far as the configuration says.
[[nodiscard]] std::vector<std::string> types_of(const Scenario& scenario);

}  // namespace headroom

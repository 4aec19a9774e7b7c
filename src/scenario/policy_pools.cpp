#include "scenario/policy_pools.hpp"

#include <set>

#include "base/text.hpp"
#include "scenario/scenario.hpp"
#include "workload/length_pairs.hpp"

namespace headroom {

void PolicyPools::fields(Fields& f) {
  f("by", by,
    "`service`: as /serving/pools says; `all`: one pool serves all; `type`: a pool for each type of request, in their "
    "order");
  f("groups", groups, "types of request that share a pool, a list for each pool, in place of `by`");
}

void PolicyPools::check(const Scope& scope) const {
  std::set<std::string> named;
  for (std::size_t i = 0; i < groups.size(); ++i)
    for (const std::string& type : groups[i])
      if (!named.insert(type).second) scope.at("groups").at(i).problem("names \"" + type + "\" once more");
  for (std::size_t i = 0; i < groups.size(); ++i)
    if (groups[i].empty()) scope.at("groups").at(i).problem("must name a type of request");
}

namespace {

/// All that a division by length could make, those that do not occur included.
std::vector<std::string> names_of(const LengthTypesConfig& config) {
  const auto thresholds = [](const std::optional<LengthPartsConfig>& side) {
    std::vector<std::uint32_t> list = side ? side->thresholds : std::vector<std::uint32_t>();
    if (side && side->parts)
      for (std::uint32_t i = 1; i < *side->parts; ++i) list.push_back(i);
    return list;
  };
  return LengthTypes(thresholds(config.input), thresholds(config.output)).names();
}

}  // namespace

std::vector<std::string> types_of(const Scenario& scenario) {
  const auto& trace = scenario.workload.trace;
  const auto& synthetic = scenario.workload.synthetic;
  if (trace && trace->types) return names_of(*trace->types);
  if (!synthetic) return {};
  std::vector<std::string> types;
  if (synthetic->lengths && synthetic->lengths->types) return names_of(*synthetic->lengths->types);
  if (synthetic->lengths) {
    Warnings said_elsewhere;
    for (const TypePairs& type :
         read_pairs(*synthetic->lengths, scenario.where("/workload/synthetic/lengths"), said_elsewhere))
      types.push_back(type.name);
  }
  for (const auto& type : synthetic->classes) types.push_back(type.name);
  return types;
}

std::vector<PoolConfig> pools_of(const Scenario& scenario, const ServiceConfig& service) {
  const PolicyPools& pools = scenario.policy.pools;
  std::vector<PoolConfig> list;
  for (const auto& group : pools.groups) list.push_back({join(group, "+"), group, 0.0, ""});
  if (pools.groups.empty() && pools.by == PoolsBy::type)
    for (const std::string& type : types_of(scenario)) list.push_back({type, {type}, 0.0, ""});
  if (list.empty()) return pools.by == PoolsBy::service ? service.all_pools() : ServiceConfig().all_pools();
  list.back().server_fraction = 1.0;
  return list;
}

}  // namespace headroom

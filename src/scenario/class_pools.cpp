#include "scenario/class_pools.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "headroom/problem.hpp"

namespace headroom {
namespace {

std::size_t pool_of(const FleetPlan& plan, const ClassTable& classes, ClassId id) {
  for (const std::string& name : classes.names_of(id))
    for (std::size_t p = 0; p < plan.pools.size(); ++p)
      if (!name.empty() && std::ranges::find(plan.pools[p].serves, name) != plan.pools[p].serves.end()) return p;
  return FleetPlan::kNone;
}

/// Everything that requests may be called; priorities, even where no request has them.
std::vector<std::string> names_of_requests(const ClassTable& classes) {
  std::vector<std::string> names{"high", "low", "all"};
  for (std::size_t i = 0; i < classes.size(); ++i)
    for (const std::string& name : classes.names_of(ClassId(i)))
      if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  return names;
}

void check_names(const ServiceConfig& service, const std::vector<std::string>& known, const Scope& scope) {
  for (std::size_t p = 0; p < service.pools.size(); ++p)
    for (const std::string& name : service.pools[p].serves)
      if (std::ranges::find(known, name) == known.end())
        scope.at(p).at("serves").problem("the workload has no requests \"" + name + '"' + did_you_mean(name, known));
}

void check_groups(const PolicyPools& pools, const std::vector<std::string>& known, const Scope& scope) {
  for (std::size_t p = 0; p < pools.groups.size(); ++p)
    for (const std::string& name : pools.groups[p])
      if (std::ranges::find(known, name) == known.end())
        scope.at(p).problem("the workload has no requests \"" + name + '"' + did_you_mean(name, known));
}

/// Two pools of different services that name the same requests: nobody knows who serves them.
void check_services_differ(const Scenario& scenario, const Scope& root) {
  std::map<std::string, std::string> taken;
  for (const auto& service : scenario.all_services())
    for (std::size_t p = 0; p < service.config->pools.size(); ++p)
      for (const std::string& name : service.config->pools[p].serves)
        if (const auto [other, is_new] = taken.emplace(name, service.name); !is_new && other->second != service.name)
          service.at(root).at("pools").at(p).at("serves").problem("service \"" + other->second + "\" serves \"" + name +
                                                                  "\" already");
}

}  // namespace

std::vector<std::size_t> pools_of_classes(const FleetPlan& plan, const ClassTable& classes) {
  std::vector<std::size_t> pools;
  for (std::size_t i = 0; i < classes.size(); ++i) pools.push_back(pool_of(plan, classes, ClassId(i)));
  return pools;
}

void check_pools(const Scenario& scenario, const ClassTable& classes) {
  const auto services = scenario.all_services();
  if (services.empty()) return;
  std::vector<Problem> problems;
  const Scope root(problems, scenario.where(""));
  const auto known = names_of_requests(classes);
  const bool by_policy = scenario.policy.pools.replace_those_of_the_service();
  if (by_policy) check_groups(scenario.policy.pools, known, root.at("policy").at("pools").at("groups"));
  else
    for (const auto& service : services) check_names(*service.config, known, service.at(root).at("pools"));
  check_services_differ(scenario, root);
  const auto pools = pools_of_classes(plan_fleet(scenario), classes);
  for (std::size_t i = 0; i < pools.size() && problems.empty(); ++i)
    if (pools[i] == FleetPlan::kNone)
      (by_policy              ? root.at("policy").at("pools")
       : services.size() == 1 ? services.front().at(root).at("pools")
                              : root.at("services"))
          .problem("no pool serves the requests \"" + classes.name(ClassId(i)) + '"');
  if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace headroom

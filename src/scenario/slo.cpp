#include "scenario/slo.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace headroom {
namespace {

/// Priorities, `all`, and the names and types of the classes.
std::vector<std::string> names_of_targets(const ClassTable& classes) {
  std::vector<std::string> names{"high", "low", "all"};
  for (std::size_t i = 0; i < classes.size(); ++i) {
    names.push_back(classes.name(ClassId(i)));
    if (const auto& type = classes.type(ClassId(i)); !type.empty()) names.push_back(type);
  }
  return names;
}

}  // namespace

std::optional<SloTargets> targets_of(const Scenario& scenario, const ClassTable& classes, ClassId id) {
  for (const std::string& name : classes.names_of(id))
    if (const auto found = scenario.slo.find(name); found != scenario.slo.end()) return found->second;
  return std::nullopt;
}

void check_slo(const Scenario& scenario, const ClassTable& classes) {
  std::vector<Problem> problems;
  const Scope scope(problems, scenario.where("/slo"));
  for (std::size_t i = 0; i < classes.size(); ++i)
    for (std::size_t j = 0; j < classes.size(); ++j)
      if (const auto& type = classes.type(ClassId(j));
          classes.name(ClassId(i)) == type && scenario.slo.contains(type) && classes.type(ClassId(i)) != type)
        scope.at(type).problem("names a type of requests, and those of type \"" + classes.type(ClassId(i)) +
                               "\" with one priority: rename a type");
  const std::vector<std::string> names = names_of_targets(classes);
  for (const auto& [name, targets] : scenario.slo)
    if (std::ranges::find(names, name) == names.end())
      scope.at(name).problem("the workload has no requests \"" + name + "\"" + did_you_mean(name, names));
  if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace headroom

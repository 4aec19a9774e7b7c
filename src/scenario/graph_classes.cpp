#include "scenario/graph_classes.hpp"

#include <algorithm>
#include <set>

#include "workflow/job_graph.hpp"

namespace headroom {

bool encodes_in_pools(const Scenario& scenario) {
  return std::ranges::any_of(scenario.all_services(), [](const Scenario::NamedService& service) {
    return service.config->images && service.config->images->encoder == ImageEncoder::pool;
  });
}

std::uint32_t fewest_chains(const Scenario& scenario) {
  double fewest = 0;
  for (const GraphStreamConfig& stream : scenario.workload.graphs)
    for (const ConfiguredGraph& one : stream.graphs())
      for (const auto& [name, stage] : one.graph.stages) {
        if (!stage.chains) continue;
        double chains = 1;
        for (const std::string& dimension : stage.per) chains *= one.parameters.at(dimension);
        fewest = fewest == 0 ? chains : std::min(fewest, chains);
      }
  return static_cast<std::uint32_t>(std::min(fewest, kMostNodes));
}

bool reuses_kv(const Scenario& scenario) {
  const auto reuses = [](const auto& planner) { return !planner.value->reuse_pairs().empty(); };
  return reuses(scenario.policy.planner) || std::ranges::any_of(scenario.policy.planners, reuses);
}

namespace {

void add_recompute_classes(const Scenario& scenario, ClassTable& classes) {
  for (const GraphStreamConfig& stream : scenario.workload.graphs)
    for (const ConfiguredGraph& one : stream.graphs())
      for (const auto& [name, stage] : one.graph.stages)
        if (stage.context_tokens)
          classes.add(std::string(kRecompute) + (stage.operation.empty() ? name : stage.operation), stream.priority);
}

}  // namespace

void add_stage_classes(const Scenario& scenario, ClassTable& classes) {
  std::set<Priority> priorities;
  for (std::size_t i = 0; i < classes.size(); ++i) priorities.insert(classes.priority(ClassId(i)));
  for (const GraphStreamConfig& stream : scenario.workload.graphs)
    for (const std::string& operation : stream.operations()) classes.add(operation, stream.priority);
  if (reuses_kv(scenario)) add_recompute_classes(scenario, classes);
  if (!encodes_in_pools(scenario)) return;
  for (const Priority priority : priorities) classes.add(kEncodeStage, priority);
}

bool is_stage(const Scenario& scenario, const ClassTable& classes, ClassId id) {
  if (encodes_in_pools(scenario) && classes.type(id) == kEncodeStage) return true;
  if (reuses_kv(scenario) && classes.type(id).starts_with(kRecompute)) return true;
  return std::ranges::any_of(scenario.workload.graphs, [&](const GraphStreamConfig& stream) {
    const auto operations = stream.operations();
    return stream.priority == classes.priority(id) &&
           std::ranges::find(operations, classes.type(id)) != operations.end();
  });
}

}  // namespace headroom

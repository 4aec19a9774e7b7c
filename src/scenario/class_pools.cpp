#include "scenario/class_pools.hpp"

#include <algorithm>
#include <cmath>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "headroom/problem.hpp"
#include "scenario/graph_classes.hpp"
#include "scenario/variants.hpp"

namespace headroom {
namespace {

/// Layers are recomputed where the stage is that they are for.
ClassId served_as(const ClassTable& classes, ClassId id) {
  if (!classes.type(id).starts_with(kRecompute)) return id;
  for (std::size_t i = 0; i < classes.size(); ++i)
    if (kRecompute.size() + classes.type(ClassId(i)).size() == classes.type(id).size() &&
        classes.type(id).ends_with(classes.type(ClassId(i))) && classes.priority(ClassId(i)) == classes.priority(id))
      return ClassId(i);
  return id;
}

std::size_t pool_of(const FleetPlan& plan, const ClassTable& classes, ClassId id) {
  for (const std::string& name : classes.names_of(served_as(classes, id)))
    for (std::size_t p = 0; p < plan.pools.size(); ++p)
      if (!name.empty() && std::ranges::find(plan.pools[p].serves, name) != plan.pools[p].serves.end()) return p;
  return FleetPlan::kNone;
}

/// Everything that requests may be called; priorities, even where no request has them.
std::vector<std::string> names_of_requests(const ClassTable& classes) {
  std::vector<std::string> names{"high", "low", "all", std::string(kEncodeStage)};
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

/// Whether the pool of a class serves stages by units, at the start.
bool is_by_units(const Scenario& scenario, const FleetPlan::Pool& pool) {
  return scenario.all_services()[pool.service.index()].config->steps.by_units();
}

/// Units that a stage needs, and that a variant does not know.
std::optional<std::string> missing_unit(const GraphStageConfig& stage, const VariantSpec& variant) {
  const auto rows = read_unit_times(variant.steps);
  for (const auto* work : {&stage.work, &stage.first_work})
    for (const auto& [unit, unused] : *work)
      if (find_unit(rows, unit, variant.device()) == nullptr) return unit;
  return std::nullopt;
}

/// Pools that encode know how long an image takes.
void check_encoders(const Scenario& scenario, const ClassTable& classes, const FleetPlan& plan, const Scope& root) {
  if (!encodes_in_pools(scenario)) return;
  const auto services = scenario.all_services();
  const auto pools = pools_of_classes(plan, classes);
  for (std::size_t i = 0; i < pools.size(); ++i) {
    if (classes.type(ClassId(i)) != kEncodeStage) continue;
    const FleetPlan::Pool& pool = plan.pools[pools[i]];
    const Scope here = services[pool.service.index()].at(root).at("steps");
    if (pool.servers == 0 && pool.instances == 0 && scenario.policy.controllers.empty())
      services[pool.service.index()].at(root).at("pools").problem("no pool serves \"encode\": \"" + pool.name +
                                                                  "\", which gets it, has no instance");
    else if (!is_by_units(scenario, pool))
      root.at("services")
          .problem("no pool serves \"encode\": pool \"" + pool.name + "\", which gets it, has no steps by units");
    else
      for (const VariantSpec& variant : variants_of(scenario))
        if (variant.service == pool.service &&
            find_unit(read_unit_times(variant.steps), kImageUnit, variant.device()) == nullptr)
          return here.problem("no unit \"image\" has a time on " + variant.device().name() + ", where pool \"" +
                              pool.name + "\" may encode");
  }
}

/// Chains of one question run on one instance, whose memory is to hold its prompt, which they share where it keeps
/// prefixes, and all of them at their mean length.
void check_chains(const GraphStageConfig& stage, const GraphParameters& parameters, const Scenario& scenario,
                  const FleetPlan::Pool& pool, const Scope& scope) {
  if (!stage.chains) return;
  double chains = 1, most = 0;
  for (const std::string& dimension : stage.per) chains *= parameters.at(dimension);
  for (const VariantSpec& variant : variants_of(scenario))
    if (variant.service == pool.service) most = std::max(most, kv_capacity_tokens(variant));
  const double prompt = stage.input_tokens->value(parameters), answer = stage.output_tokens->value(parameters);
  const bool shares = scenario.all_services()[pool.service.index()].config->prefix_cache;
  const double fit = std::max(0.0, std::floor(shares ? (most - prompt) / answer : most / (prompt + answer)));
  if (fit < chains)
    scope.at("chains").problem(shortest(chains) + " chains of " + shortest(answer) + " tokens and " +
                               (shares ? "their prompt of " : "prompts of ") + shortest(prompt) +
                               " do not fit into the KV memory of " + shortest(std::floor(most)) +
                               " tokens that the largest instance of pool \"" + pool.name + "\" has: " + shortest(fit) +
                               " do");
}

/// A stage by units needs a pool all of whose variants know them; an LLM call one that makes tokens.
void check_stage(const GraphStageConfig& stage, const GraphParameters& parameters, const Scenario& scenario,
                 const FleetPlan::Pool& pool, const Scope& scope) {
  if (is_by_units(scenario, pool) != !stage.work.empty())
    return scope.problem("pool \"" + pool.name + "\", which serves it, " +
                         (stage.work.empty() ? "makes no tokens: its steps are by units"
                                             : "knows no units: its steps are those of a language model"));
  check_chains(stage, parameters, scenario, pool, scope);
  for (const VariantSpec& variant : variants_of(scenario)) {
    if (variant.service != pool.service || !variant.steps.by_units()) continue;
    if (const auto unit = missing_unit(stage, variant))
      return scope.problem("no unit \"" + *unit + "\" has a time on " + variant.device().name() + ", where pool \"" +
                           pool.name + "\" may run it");
  }
}

void check_stages(const Scenario& scenario, const ClassTable& classes, const FleetPlan& plan, const Scope& root) {
  const auto pools = pools_of_classes(plan, classes);
  for (std::size_t g = 0; g < scenario.workload.graphs.size(); ++g) {
    const GraphStreamConfig& stream = scenario.workload.graphs[g];
    const Scope here = root.at("workload").at("graphs").at(g).at("template").at("stages");
    for (const ConfiguredGraph& one : stream.graphs()) {
      for (const auto& [name, stage] : one.graph.stages)
        for (std::size_t i = 0; i < pools.size(); ++i)
          if (stage.runs() && classes.type(ClassId(i)) == (stage.operation.empty() ? name : stage.operation) &&
              classes.priority(ClassId(i)) == stream.priority)
            check_stage(stage, one.parameters, scenario, plan.pools[pools[i]], here.at(name));
      if (!here.sound()) break;
    }
  }
}

/// Requests of a trace or a generator are LLM calls.
void check_requests(const Scenario& scenario, const ClassTable& classes, const FleetPlan& plan, const Scope& root) {
  const auto pools = pools_of_classes(plan, classes);
  for (std::size_t i = 0; i < pools.size(); ++i) {
    if (!is_stage(scenario, classes, ClassId(i)) && is_by_units(scenario, plan.pools[pools[i]]))
      root.at("workload")
          .problem("pool \"" + plan.pools[pools[i]].name + "\" serves the requests \"" + classes.name(ClassId(i)) +
                   "\", but makes no tokens: its steps are by units");
  }
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
  const FleetPlan plan = plan_fleet(scenario);
  const auto pools = pools_of_classes(plan, classes);
  for (std::size_t i = 0; i < pools.size() && problems.empty(); ++i)
    if (pools[i] == FleetPlan::kNone)
      (by_policy              ? root.at("policy").at("pools")
       : services.size() == 1 ? services.front().at(root).at("pools")
                              : root.at("services"))
          .problem("no pool serves the requests \"" + classes.name(ClassId(i)) + '"');
  if (problems.empty()) {
    check_stages(scenario, classes, plan, root);
    check_encoders(scenario, classes, plan, root);
    check_requests(scenario, classes, plan, root);
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

void check_images(const Scenario& scenario, const RequestSource& source) {
  const bool any = std::ranges::any_of(scenario.all_services(), [](const Scenario::NamedService& service) {
    return service.config->images.has_value();
  });
  if (source.brings_images() && !any)
    throw InputError(scenario.where("/workload"),
                     "its requests bring images, but no service says what they are: `images`");
}

}  // namespace headroom

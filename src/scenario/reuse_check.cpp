#include "scenario/reuse_check.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "scenario/variants.hpp"

namespace headroom {
namespace {

struct ServedBy {
  const Architecture* model = nullptr;
  const ServiceConfig* service = nullptr;
};

/// Models of services with pools.
std::vector<ServedBy> served_models(const Scenario& scenario) {
  std::vector<ServedBy> served;
  for (const VariantSpec& variant : variants_of(scenario))
    if (!variant.steps.by_units() && !variant.config.pools.empty()) served.push_back({&variant.model, &variant.config});
  return served;
}

const ServedBy* find_model(const std::string& name, const std::vector<ServedBy>& served, const Scope& scope) {
  const auto found = std::ranges::find_if(served, [&](const ServedBy& one) { return one.model->name == name; });
  if (found != served.end()) return &*found;
  std::vector<std::string> known;
  for (const ServedBy& one : served) known.push_back(one.model->name);
  scope.problem("no pool serves the model \"" + name + "\"" + did_you_mean(name, known));
  return nullptr;
}

/// A KV cache means something to a model of the same shape alone.
void check_architecture(const Architecture& sender, const Architecture& receiver, const Scope& scope) {
  const auto same = [&](const char* what, std::uint32_t one, std::uint32_t other) {
    if (one != other)
      scope.problem("is of another architecture than \"" + sender.name + "\": " + what + " " + std::to_string(other) +
                    ", not " + std::to_string(one));
    return one == other;
  };
  if (same("layers", sender.layers, receiver.layers) && same("hidden", sender.hidden, receiver.hidden) &&
      same("kv_heads", sender.kv_heads, receiver.kv_heads))
    same("head_dim", sender.head_dim, receiver.head_dim);
}

void check_layers(const ReusePair& pair, const Architecture& model, const Scope& scope) {
  constexpr double kRounding = 1e-9;
  for (std::size_t i = 0; i < pair.groups.size(); ++i) {
    const LayerGroup& group = pair.groups[i];
    const Scope here = scope.at(i).at("entry_layer");
    if (group.entry_layer >= model.layers)
      here.problem("is not among the " + std::to_string(model.layers) + " layers, which count from 0");
    else if (group.entry_layer + group.layer_fraction * model.layers > model.layers + kRounding)
      here.problem("leaves fewer layers behind it than are to be recomputed: " + shortest(group.layer_fraction) +
                   " of " + std::to_string(model.layers));
  }
}

void check_pair(const ReusePair& pair, const std::vector<ServedBy>& served, const Scope& scope) {
  const ServedBy* sender = find_model(pair.sender, served, scope.at("sender"));
  const ServedBy* receiver = find_model(pair.receiver, served, scope.at("receiver"));
  if (!sender || !receiver) return;
  check_architecture(*sender->model, *receiver->model, scope.at("receiver"));
  if (!receiver->service->prefix_cache)
    scope.at("receiver").problem("is served without `prefix_cache`, where what it takes over is kept");
  check_layers(pair, *receiver->model, scope.at("groups"));
}

bool has_contexts(const Scenario& scenario) {
  return std::ranges::any_of(scenario.workload.graphs, [](const GraphStreamConfig& stream) {
    return std::ranges::any_of(stream.graph.stages,
                               [](const auto& stage) { return stage.second.context_tokens.has_value(); });
  });
}

void check_planner(const Planner& planner, const Scenario& scenario, const Scope& scope) {
  const auto pairs = planner.reuse_pairs();
  if (pairs.empty()) return;
  if (!has_contexts(scenario))
    return scope.problem("needs a stage with context_tokens in a stream of /workload/graphs");
  if (!scenario.network) return scope.problem("fetches KV caches from other servers, which needs a /network");
  if (scenario.policy.router.value->hands_over())
    return scope.problem("cannot stand beside the router " + scenario.policy.router.kind +
                         ", which hands requests over");
  const auto served = served_models(scenario);
  for (std::size_t i = 0; i < pairs.size(); ++i) check_pair(pairs[i], served, scope.at("pairs").at(i));
}

}  // namespace

void check_reuse(const Scenario& scenario, const Scope& root) {
  const Scope policy = root.at("policy");
  check_planner(*scenario.policy.planner.value, scenario, policy.at("planner"));
  std::size_t reusing = !scenario.policy.planner.value->reuse_pairs().empty();
  for (std::size_t i = 0; i < scenario.policy.planners.size(); ++i) {
    const Planner& planner = *scenario.policy.planners[i].value;
    check_planner(planner, scenario, policy.at("planners").at(i));
    if (!planner.reuse_pairs().empty() && ++reusing > 1)
      policy.at("planners")
          .at(i)
          .problem("is the second planner that takes over KV caches: name its pairs at the first");
  }
}

}  // namespace headroom

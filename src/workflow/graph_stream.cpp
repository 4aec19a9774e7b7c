#include "workflow/graph_stream.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "workflow/job_graph.hpp"

namespace headroom {
namespace {

constexpr Range kWork = Range::between(1e-6, 1e9);
constexpr Range kTokens = Range::between(1, 1e7);

/// The most that a job may find out.
GraphParameters largest(const GraphTemplate& graph, GraphParameters parameters) {
  for (const auto& [name, growth] : graph.grows) parameters[name] = *std::ranges::max_element(growth.counts);
  return parameters;
}

/// What is counted by a parameter must be there, and be whole.
void check_counts(const GraphTemplate& graph, const GraphParameters& parameters, const Scope& scope) {
  for (const auto& [name, stage] : graph.stages)
    for (const std::string& dimension : stage.per)
      if (const double count = parameters.at(dimension); count < 1 || count != std::floor(count))
        return scope.at(dimension).problem("must be a whole number of at least 1, since the stage \"" + name +
                                           "\" is there so often; it is " + shortest(count));
  const GraphParameters most = largest(graph, parameters);
  if (const double nodes = count_nodes(graph, most); nodes > kMostNodes)
    return scope.problem("make " + shortest(nodes) + " stages of a job, more than " + shortest(kMostNodes));
  if (const double edges = count_edges(graph, most); edges > kMostEdges)
    scope.problem("make " + shortest(edges) + " pairs of stages of which one waits for the other, more than " +
                  shortest(kMostEdges));
}

/// Each value of a stage must be one that a run can do.
void check_value(const Amount& amount, const GraphParameters& parameters, Range range, const std::string& what,
                 const Scope& scope) {
  const double value = amount.value(parameters);
  if (value >= range.min && value <= range.max) return;
  scope.problem(what + " would be " + shortest(value) + ", but must be from " + shortest(range.min) + " to " +
                shortest(range.max));
}

/// It is a part of the prompt.
void check_context(const GraphStageConfig& stage, const GraphParameters& parameters, const Scope& scope) {
  check_value(*stage.context_tokens, parameters, kTokens, "the context", scope);
  const double context = stage.context_tokens->value(parameters), prompt = stage.input_tokens->value(parameters);
  if (context > prompt)
    scope.problem("would be " + shortest(context) + ", longer than the prompt of " + shortest(prompt) + " tokens");
}

void check_values(const GraphTemplate& graph, const GraphParameters& parameters, const Scope& scope) {
  const Scope stages = scope.at("stages");
  for (const auto& [name, stage] : graph.stages) {
    const Scope here = stages.at(name);
    for (const auto& [unit, amount] : stage.work)
      check_value(amount, parameters, kWork, "the work", here.at("work").at(unit));
    for (const auto& [unit, amount] : stage.first_work)
      check_value(amount, parameters, kWork, "the work", here.at("first_work").at(unit));
    if (stage.input_tokens)
      check_value(*stage.input_tokens, parameters, kTokens, "the prompt", here.at("input_tokens"));
    if (stage.output_tokens)
      check_value(*stage.output_tokens, parameters, kTokens, "the answer", here.at("output_tokens"));
    if (stage.context_tokens) check_context(stage, parameters, here.at("context_tokens"));
  }
  if (const auto& playback = graph.playback)
    check_value(playback->content, parameters, Range::period(), "the playback", scope.at("playback").at("content"));
}

/// A configuration that all jobs have must be one that there is.
void check_configuration(const GraphStreamConfig& stream, const Scope& scope) {
  if (stream.configuration.empty()) return;
  if (!stream.graph.catalogue) return scope.problem("needs a template with a catalogue");
  std::vector<std::string> known;
  for (const auto& one : stream.graph.catalogue->configurations()) known.push_back(one.name);
  if (std::ranges::find(known, stream.configuration) == known.end())
    scope.problem("the catalogue has no configuration \"" + stream.configuration + "\"" +
                  did_you_mean(stream.configuration, known));
}

}  // namespace

void GraphStreamConfig::fields(Fields& f) {
  f.required("name", name, "what these jobs are called");
  f.required("template", graph, "what a job consists of, a file of configs/template or in place");
  f("parameters", parameters, "in place of the template's", Range::between(0.0, 1e12));
  f("start_s", start, "when the first one comes", Range::delay());
  f("count", count, "how many come", Range::between(1, 1e6));
  f("every_s", every, "from one to the next; absent: all at once", Range::period());
  f("priority", priority, "of the requests that their stages are");
  f("contexts", contexts,
    "different ones that its jobs have, in turn, where stages have `context_tokens`; absent: each job has its own",
    Range::between(1, 1e6));
  f("configuration", configuration,
    "which all its jobs have, where the template has a catalogue; empty: a planner chooses for each");
  f("ttff_s", ttff, "the playback is to begin this long after the job came", Range::period());
  f("due_s", due, "a job is to be done this long after it came", Range::period());
  f("due_at_s", due_at, "all are to be done by this date of the run; beside due_s what is sooner", Range::period());
}

std::optional<Seconds> GraphStreamConfig::due_of(Seconds came) const {
  if (!due_at) return due;
  return std::min(due.value_or(*due_at - came), *due_at - came);
}

GraphParameters GraphStreamConfig::all_parameters() const {
  GraphParameters all = graph.parameters;
  for (const auto& [parameter, value] : parameters) all[parameter] = value;
  return all;
}

void GraphStreamConfig::check(const Scope& scope) const {
  if (name.empty()) scope.at("name").problem("must not be empty");
  for (const auto& [key, unused] : parameters) check_parameter(key, graph.parameters, scope.at("parameters").at(key));
  const auto has_context = [](const auto& stage) { return stage.second.context_tokens.has_value(); };
  if (contexts && std::ranges::none_of(graph.stages, has_context))
    scope.at("contexts").problem("needs a template with context_tokens at a stage");
  const Seconds last = start + every.value_or(Seconds()) * (count - 1.0);
  if (due_at && *due_at <= last)
    scope.at("due_at_s").problem("is not after the last job comes, at " + shortest(last.value()) + " s");
  if (ttff && !graph.playback) scope.at("ttff_s").problem("needs a template with playback");
  if (!scope.at("template").sound() || !scope.at("parameters").sound()) return;
  check_configuration(*this, scope.at("configuration"));
  std::vector<double> costs;
  for (const ConfiguredGraph& one : graphs()) {
    check_counts(one.graph, one.parameters, scope.at("parameters"));
    if (!scope.at("parameters").sound()) return;
    check_values(one.graph, one.parameters, scope.at("template"));
    if (!scope.at("template").sound()) return;
    costs.push_back(one.cost);
  }
  if (graph.catalogue) graph.catalogue->oracle.check_in(costs, scope.at("template").at("catalogue").at("oracle"));
}

std::vector<ConfiguredGraph> GraphStreamConfig::graphs() const {
  if (!graph.catalogue) return {{"", graph, all_parameters(), 0}};
  std::vector<ConfiguredGraph> all;
  for (const auto& chosen : graph.catalogue->configurations()) {
    ConfiguredGraph& one = all.emplace_back(ConfiguredGraph{chosen.name, graph, all_parameters(), 0});
    for (const QueryOptionConfig* option : chosen.options) {
      for (const auto& [parameter, value] : option->parameters) one.parameters[parameter] = value;
      for (const auto& [stage, operation] : option->operations)
        one.graph.stages[*graph.find(stage)].second.operation = operation;
      for (const std::string& stage : option->without) one.graph.stages[*graph.find(stage)].second.leave_out();
    }
    one.cost = graph.catalogue->cost_of(one.parameters);
  }
  return all;
}

std::vector<std::string> GraphStreamConfig::operations() const {
  std::vector<std::string> all;
  const auto graphs = this->graphs();
  for (std::size_t i = 0; i < graph.stages.size(); ++i)
    for (const ConfiguredGraph& one : graphs) {
      const auto& [key, stage] = one.graph.stages[i];
      const std::string& operation = stage.operation.empty() ? key : stage.operation;
      if (stage.runs() && std::ranges::find(all, operation) == all.end()) all.push_back(operation);
    }
  return all;
}

}  // namespace headroom

#include "workflow/graph_stream.hpp"

#include <cmath>

#include "base/text.hpp"
#include "workflow/job_graph.hpp"

namespace headroom {
namespace {

constexpr Range kWork = Range::between(1e-6, 1e9);
constexpr Range kTokens = Range::between(1, 1e7);

/// What is counted by a parameter must be there, and be whole.
void check_counts(const GraphStreamConfig& stream, const GraphParameters& parameters, const Scope& scope) {
  for (const auto& [name, stage] : stream.graph.stages)
    for (const std::string& dimension : stage.per)
      if (const double count = parameters.at(dimension); count < 1 || count != std::floor(count))
        return scope.at(dimension).problem("must be a whole number of at least 1, since the stage \"" + name +
                                           "\" is there so often; it is " + shortest(count));
  if (const double nodes = count_nodes(stream.graph, parameters); nodes > kMostNodes)
    return scope.problem("make " + shortest(nodes) + " stages of a job, more than " + shortest(kMostNodes));
  if (const double edges = count_edges(stream.graph, parameters); edges > kMostEdges)
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

void check_values(const GraphStreamConfig& stream, const GraphParameters& parameters, const Scope& scope) {
  const Scope stages = scope.at("stages");
  for (const auto& [name, stage] : stream.graph.stages) {
    const Scope here = stages.at(name);
    for (const auto& [unit, amount] : stage.work)
      check_value(amount, parameters, kWork, "the work", here.at("work").at(unit));
    for (const auto& [unit, amount] : stage.first_work)
      check_value(amount, parameters, kWork, "the work", here.at("first_work").at(unit));
    if (stage.input_tokens)
      check_value(*stage.input_tokens, parameters, kTokens, "the prompt", here.at("input_tokens"));
    if (stage.output_tokens)
      check_value(*stage.output_tokens, parameters, kTokens, "the answer", here.at("output_tokens"));
  }
  if (const auto& playback = stream.graph.playback)
    check_value(playback->content, parameters, Range::period(), "the playback", scope.at("playback").at("content"));
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
  f("ttff_s", ttff, "the playback is to begin this long after the job came", Range::period());
  f("due_s", due, "a job is to be done this long after it came", Range::period());
}

GraphParameters GraphStreamConfig::all_parameters() const {
  GraphParameters all = graph.parameters;
  for (const auto& [parameter, value] : parameters) all[parameter] = value;
  return all;
}

void GraphStreamConfig::check(const Scope& scope) const {
  if (name.empty()) scope.at("name").problem("must not be empty");
  for (const auto& [key, unused] : parameters) check_parameter(key, graph.parameters, scope.at("parameters").at(key));
  if (ttff && !graph.playback) scope.at("ttff_s").problem("needs a template with playback");
  if (!scope.at("template").sound() || !scope.at("parameters").sound()) return;
  check_counts(*this, all_parameters(), scope.at("parameters"));
  check_values(*this, all_parameters(), scope.at("template"));
}

}  // namespace headroom

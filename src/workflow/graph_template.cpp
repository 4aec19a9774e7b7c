#include "workflow/graph_template.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace headroom {
namespace {

std::vector<std::string> names_of(const GraphTemplate& graph) {
  std::vector<std::string> names;
  for (const auto& [name, unused] : graph.stages) names.push_back(name);
  return names;
}

void check_stage(const std::string& name, const GraphTemplate& graph, const Scope& scope) {
  const auto names = names_of(graph);
  if (std::ranges::find(names, name) == names.end())
    scope.problem("the template has no stage \"" + name + "\"" + did_you_mean(name, names));
}

void check_amounts(const std::map<std::string, Amount>& amounts, const GraphParameters& parameters,
                   const Scope& scope) {
  for (const auto& [unit, amount] : amounts) amount.check_in(parameters, scope.at(unit));
}

/// It is a type of requests, beside the priorities, and stands in tables.
void check_word(const std::string& name, const Scope& scope) {
  if (name == "high" || name == "low" || name == "all")
    scope.problem("\"" + name + "\" is what pools call requests by their priority; take another word");
  else if (name.find_first_of(",\"/\n") != std::string::npos)
    scope.problem("\"" + name + "\" must be a word without commas, quotes and slashes");
}

/// Somebody directly before it makes what it takes.
void check_takes(const GraphStageConfig& stage, const GraphTemplate& graph, const Scope& scope) {
  std::vector<std::string> made;
  for (const auto* before : {&stage.after, &stage.after_first})
    for (const std::string& name : *before)
      if (const auto other = graph.find(name); other && !graph.stages[*other].second.makes.empty())
        made.push_back(graph.stages[*other].second.makes);
  for (std::size_t i = 0; i < stage.takes.size(); ++i)
    if (std::ranges::find(made, stage.takes[i]) == made.end())
      scope.at(i).problem("no stage that it comes after makes \"" + stage.takes[i] +
                          "\" (they make: " + (made.empty() ? "nothing" : join(made, ", ")) + ")");
}

void check_names(const GraphStageConfig& stage, const GraphTemplate& graph, const Scope& scope) {
  for (std::size_t i = 0; i < stage.per.size(); ++i)
    check_parameter(stage.per[i], graph.parameters, scope.at("per").at(i));
  for (std::size_t i = 0; i < stage.after.size(); ++i) check_stage(stage.after[i], graph, scope.at("after").at(i));
  for (std::size_t i = 0; i < stage.after_first.size(); ++i)
    check_stage(stage.after_first[i], graph, scope.at("after_first").at(i));
  check_takes(stage, graph, scope.at("takes"));
  if (!stage.operation.empty()) check_word(stage.operation, scope.at("operation"));
  check_amounts(stage.work, graph.parameters, scope.at("work"));
  check_amounts(stage.first_work, graph.parameters, scope.at("first_work"));
  if (stage.input_tokens) stage.input_tokens->check_in(graph.parameters, scope.at("input_tokens"));
  if (stage.output_tokens) stage.output_tokens->check_in(graph.parameters, scope.at("output_tokens"));
  if (stage.context_tokens) stage.context_tokens->check_in(graph.parameters, scope.at("context_tokens"));
}

bool uses(const Amount& amount, const std::string& parameter) {
  return std::ranges::find(amount.of, parameter) != amount.of.end() ||
         std::ranges::find(amount.over, parameter) != amount.over.end();
}

bool uses(const GraphStageConfig& stage, const std::string& parameter) {
  const auto in = [&](const auto& named) { return uses(named.second, parameter); };
  return std::ranges::any_of(stage.work, in) || std::ranges::any_of(stage.first_work, in) ||
         (stage.input_tokens && uses(*stage.input_tokens, parameter)) ||
         (stage.output_tokens && uses(*stage.output_tokens, parameter)) ||
         (stage.context_tokens && uses(*stage.context_tokens, parameter));
}

/// It is one stage which runs, and before all others.
void check_chooser(const GraphTemplate& graph, const Scope& scope) {
  const std::string& name = graph.catalogue->after;
  check_stage(name, graph, scope);
  if (!scope.sound()) return;
  for (const auto& [other, stage] : graph.stages) {
    const bool waits = !stage.after.empty() || !stage.after_first.empty();
    if (other != name && !waits) scope.problem("is not before all others: \"" + other + "\" waits for nothing");
    if (other == name && (!stage.runs() || waits || !stage.per.empty() || stage.chains || stage.scaled))
      scope.problem("must be one stage that runs, waits for nothing, and is neither scaled nor of chains");
  }
}

/// What an option says must be there, and must not concern the stage behind which it is chosen.
void check_option(const QueryOptionConfig& option, const GraphTemplate& graph, const Scope& scope) {
  const std::string& chooser = graph.catalogue->after;
  for (const auto& [parameter, unused] : option.parameters) {
    const Scope here = scope.at("parameters").at(parameter);
    check_parameter(parameter, graph.parameters, here);
    if (uses(graph.stages[*graph.find(chooser)].second, parameter))
      here.problem("cannot be chosen after \"" + chooser + "\", which depends on it");
  }
  for (const auto& [stage, unused] : option.operations) {
    const Scope here = scope.at("operations").at(stage);
    check_stage(stage, graph, here);
    if (stage == chooser) here.problem("cannot be chosen after it has run");
  }
  for (std::size_t i = 0; i < option.without.size(); ++i) {
    const Scope here = scope.at("without").at(i);
    check_stage(option.without[i], graph, here);
    if (option.without[i] == chooser) here.problem("cannot be chosen after it has run");
  }
}

void check_catalogue(const GraphTemplate& graph, const Scope& scope) {
  check_chooser(graph, scope.at("after"));
  for (std::size_t i = 0; i < graph.catalogue->cost.size(); ++i)
    graph.catalogue->cost[i].check_in(graph.parameters, scope.at("cost").at(i));
  if (!scope.at("after").sound()) return;
  for (const auto& [kind, options] : graph.catalogue->options)
    for (const auto& [name, option] : options) check_option(option, graph, scope.at("options").at(kind).at(name));
}

/// Whether a stage waits for another, directly or not, at the same values of the parameters that both have.
bool waits_for(const GraphTemplate& graph, const GraphStageConfig& stage, const std::string& other) {
  return std::ranges::any_of(stage.after, [&](const std::string& name) {
    return name == other || waits_for(graph, graph.stages[*graph.find(name)].second, other);
  });
}

/// Whether all of some parameters stand in `per` before another, in this order.
bool come_before(const std::vector<std::string>& parameters, const std::string& last,
                 const std::vector<std::string>& per) {
  auto from = per.begin();
  for (const std::string& name : parameters) {
    from = std::find(from, per.end(), name);
    if (from == per.end()) return false;
  }
  return std::find(from, per.end(), last) != per.end();
}

/// Stages that are there as often as a parameter says which grows must wait until that is known.
void check_grown_stage(const std::string& parameter, const GrowthConfig& growth, const std::string& name,
                       const GraphTemplate& graph, const Scope& scope) {
  const GraphStageConfig& stage = graph.stages[*graph.find(name)].second;
  if (std::ranges::find(stage.per, parameter) == stage.per.end()) return;
  if (!come_before(growth.for_each, parameter, stage.per))
    scope.problem("stage \"" + name + "\" must name " + join(growth.for_each, ", ") + " before " + parameter +
                  " in its `per`");
  else if (!waits_for(graph, stage, growth.after))
    scope.problem("stage \"" + name + "\" does not come `after` \"" + growth.after + "\", which finds out how often " +
                  "it is there");
  else if (stage.chains) scope.problem("stage \"" + name + "\" has chains, whose number must be known");
}

void check_growth(std::size_t number, const GraphTemplate& graph, const Scope& scope) {
  const auto& [parameter, growth] = graph.grows[number];
  check_parameter(parameter, graph.parameters, scope);
  for (std::size_t i = 0; i < growth.for_each.size(); ++i) {
    const Scope here = scope.at("for_each").at(i);
    check_parameter(growth.for_each[i], graph.parameters, here);
    for (std::size_t later = number; later < graph.grows.size(); ++later)
      if (graph.grows[later].first == growth.for_each[i])
        here.problem("grows itself, and must stand before \"" + parameter + "\"");
  }
  check_stage(growth.after, graph, scope.at("after"));
  if (!scope.sound()) return;
  if (graph.stages[*graph.find(growth.after)].second.per != growth.for_each)
    scope.at("after").problem("\"" + growth.after + "\" must have `per` as `for_each` here");
  for (const auto& [name, unused] : graph.stages) check_grown_stage(parameter, growth, name, graph, scope);
}

bool has_all(const std::vector<std::size_t>& ordered, const std::vector<std::string>& needed,
             const GraphTemplate& graph) {
  return std::ranges::all_of(
      needed, [&](const std::string& name) { return std::ranges::find(ordered, graph.find(name)) != ordered.end(); });
}

}  // namespace

void GraphStageConfig::fields(Fields& f) {
  f("operation", operation, "what a pool must serve, as its requests are called; empty: as the stage is called");
  f("per", per, "parameters of the template, the outer ones first: one stage for each of their values; empty: one");
  f("work", work,
    "amounts by unit, of each, of a stage that is no LLM call; neither work nor tokens: it takes no time");
  f("first_work", first_work, "the same of the first one, where it differs");
  f("input_tokens", input_tokens, "prompt of an LLM call");
  f("output_tokens", output_tokens, "its answer");
  f("context_tokens", context_tokens,
    "of its prompt, at the front: what it shares with other stages of its job, and with jobs of the same context");
  f("after", after, "stages that must be done before, those with the same values of the parameters that both have");
  f("after_first", after_first, "stages of which the first one must be done before");
  f("makes", makes, "what it hands to stages behind it, by a word of your own; empty: nothing that anybody names");
  f("takes", takes, "what it needs, each of which a stage that it comes after must make");
  f("in_order", in_order, "whether each waits for the one before it");
  f("scaled", scaled, "whether its work depends on the quality level");
  f("chains", chains,
    "LLM calls that are the chains of reasoning for one question, of which there are as many as `per` says: they run "
    "beside "
    "each other on one instance, and vote");
}

void GraphStageConfig::check(const Scope& scope) const {
  if (input_tokens.has_value() != output_tokens.has_value())
    scope.at(input_tokens ? "output_tokens" : "input_tokens").problem("missing: an LLM call has both");
  if (!work.empty() && input_tokens) scope.at("work").problem("cannot stand beside tokens: an LLM call knows no units");
  if (work.empty() && !first_work.empty()) scope.at("work").problem("missing, beside first_work");
  if (scaled && work.empty()) scope.at("scaled").problem("needs work, which it scales");
  if (chains && !input_tokens) scope.at("chains").problem("needs input_tokens and output_tokens: chains are LLM calls");
  if (context_tokens && !input_tokens) scope.at("context_tokens").problem("needs input_tokens, of which it is a part");
  if (context_tokens && chains) scope.at("context_tokens").problem("cannot stand beside chains, which share a prompt");
  if (chains && in_order) scope.at("in_order").problem("cannot stand beside chains, which run beside each other");
  if (std::set<std::string>(per.begin(), per.end()).size() < per.size())
    scope.at("per").problem("names a parameter twice");
}

void GraphStageConfig::leave_out() {
  work.clear();
  first_work.clear();
  input_tokens.reset();
  output_tokens.reset();
  context_tokens.reset();
  chains.reset();
  scaled = false;
}

void PlaybackConfig::fields(Fields& f) {
  f.required("stage", stage, "whose items are played, one after the other");
  f.required("content", content, "how many seconds they last together");
}

void QualityLevelConfig::fields(Fields& f) {
  f.required("name", name, "what it is called");
  f.required("work_fraction", work_fraction,
             "work of the scaled stages over that of the best level; 0: they take no time and run nowhere",
             Range::fraction());
}

void QualityLevelConfig::check(const Scope& scope) const {
  if (name.empty()) scope.at("name").problem("must not be empty");
}

void GraphTemplate::fields(Fields& f) {
  f.required("name", name, "what such jobs are called");
  f("parameters", parameters, "numbers by name, which a job may change", Range::between(0.0, 1e12));
  f.required("stages", stages, "by name");
  f("playback", playback, "what of it is played to somebody while it goes on");
  f("levels", levels, "quality levels, the best first");
  f("grows", grows,
    "parameters whose values a job finds out while it runs, by name; `parameters` has what is expected of each, by "
    "which amounts go");
  f("catalogue", catalogue, "ways to do it, of which one is chosen for every job");
  f("source", source, "where its numbers come from");
}

std::optional<std::size_t> GraphTemplate::find(const std::string& stage) const {
  for (std::size_t i = 0; i < stages.size(); ++i)
    if (stages[i].first == stage) return i;
  return std::nullopt;
}

std::vector<std::size_t> GraphTemplate::in_order() const {
  std::vector<std::size_t> ordered;
  bool found = true;
  while (found) {
    found = false;
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const GraphStageConfig& stage = stages[i].second;
      if (std::ranges::find(ordered, i) != ordered.end()) continue;
      if (!has_all(ordered, stage.after, *this) || !has_all(ordered, stage.after_first, *this)) continue;
      ordered.push_back(i);
      found = true;
    }
  }
  return ordered;
}

void GraphTemplate::check(const Scope& scope) const {
  const Scope here = scope.at("stages");
  if (stages.empty()) return here.problem("must have at least one stage");
  for (const auto& [key, stage] : stages) {
    if (stage.operation.empty()) check_word(key, here.at(key));
    check_names(stage, *this, here.at(key));
  }
  for (std::size_t i = 0; i < levels.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (levels[i].name == levels[j].name) scope.at("levels").at(i).at("name").problem("another level is called so");
  if (playback) {
    check_stage(playback->stage, *this, scope.at("playback").at("stage"));
    playback->content.check_in(parameters, scope.at("playback").at("content"));
  }
  if (!here.sound()) return;
  if (catalogue) check_catalogue(*this, scope.at("catalogue"));
  if (catalogue && !grows.empty()) scope.at("grows").problem("cannot stand beside a catalogue");
  const auto ordered = in_order();
  std::vector<std::string> circle;
  for (std::size_t i = 0; i < stages.size(); ++i)
    if (std::ranges::find(ordered, i) == ordered.end()) circle.push_back(stages[i].first);
  if (!circle.empty())
    return here.problem("wait for each other in a circle, or for one that does: " + join(circle, ", "));
  for (std::size_t i = 0; i < grows.size(); ++i) check_growth(i, *this, scope.at("grows").at(grows[i].first));
}

}  // namespace headroom

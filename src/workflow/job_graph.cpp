#include "workflow/job_graph.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

namespace headroom {
namespace {

using Edges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

WorkUnits units_of(const std::map<std::string, Amount>& work, const GraphParameters& parameters) {
  WorkUnits units;
  for (const auto& [unit, amount] : work) units[unit] = amount.value(parameters);
  return units;
}

std::uint32_t tokens_of(const std::optional<Amount>& amount, const GraphParameters& parameters) {
  return amount ? static_cast<std::uint32_t>(std::max(1.0, std::round(amount->value(parameters)))) : 0;
}

/// Parameters that both have, in the order of the first.
std::vector<std::string> shared(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  std::vector<std::string> both;
  for (const std::string& name : one)
    if (std::ranges::find(other, name) != other.end()) both.push_back(name);
  return both;
}

/// As often as the parameters say.
NodeValues::Counts as_expected(const GraphParameters& parameters) {
  return [&](const std::string& parameter, const NodeValues&, std::size_t) {
    return static_cast<std::uint32_t>(parameters.at(parameter));
  };
}

/// As often as a job finds out.
NodeValues::Counts as_found_out(const GraphTemplate& graph, const GraphParameters& parameters, std::uint32_t job) {
  using CountByValues = std::map<std::vector<std::uint32_t>, std::uint32_t>;
  const auto found = std::make_shared<std::map<std::string, CountByValues>>();
  NodeValues::Counts counts = [&, found](const std::string& parameter, const NodeValues& before, std::size_t node) {
    const auto growth = found->find(parameter);
    if (growth == found->end()) return static_cast<std::uint32_t>(parameters.at(parameter));
    return growth->second.at(before.at(node, find_growth(graph.grows, parameter)->for_each));
  };
  for (const auto& [name, growth] : graph.grows) {
    const NodeValues each(growth.for_each, counts);
    for (std::uint32_t n = 0; n < each.size(); ++n) (*found)[name][each.at(n, growth.for_each)] = growth.count(job, n);
  }
  return counts;
}

}  // namespace

double count_nodes(const GraphTemplate& graph, const GraphParameters& parameters) {
  double sum = 0;
  for (const auto& [name, stage] : graph.stages) {
    double count = 1;
    for (const std::string& dimension : stage.per) count *= parameters.at(dimension);
    sum += count;
  }
  return sum;
}

double count_edges(const GraphTemplate& graph, const GraphParameters& parameters) {
  double sum = 0;
  for (const auto& [name, stage] : graph.stages) {
    double count = 1;
    for (const std::string& dimension : stage.per) count *= parameters.at(dimension);
    sum += count * static_cast<double>(stage.after_first.size());
    for (const std::string& other : stage.after) {
      double edges = count;
      for (const std::string& dimension : graph.stages[*graph.find(other)].second.per)
        if (std::ranges::find(stage.per, dimension) == stage.per.end()) edges *= parameters.at(dimension);
      sum += edges;
    }
  }
  return sum;
}

std::vector<WorkUnits> works_of(const GraphTemplate& graph, const GraphParameters& parameters) {
  std::vector<WorkUnits> works;
  for (const std::size_t i : graph.in_order()) {
    const GraphStageConfig& stage = graph.stages[i].second;
    works.push_back(units_of(stage.work, parameters));
    works.push_back(stage.first_work.empty() ? works.back() : units_of(stage.first_work, parameters));
  }
  return works;
}

JobGraph::JobGraph(const GraphTemplate& graph, const GraphParameters& parameters)
    : JobGraph(graph, parameters, as_expected(parameters)) {}

JobGraph::JobGraph(const GraphTemplate& graph, const GraphParameters& parameters, std::uint32_t job)
    : JobGraph(graph, parameters, as_found_out(graph, parameters, job)) {
  note_growth(graph);
}

JobGraph::JobGraph(const GraphTemplate& graph, const GraphParameters& parameters, const NodeValues::Counts& counts)
    : place_(graph.stages.size()) {
  add_stages(graph, parameters, counts);
  add_edges(graph);
  if (!graph.playback) return;
  const auto& [stage, content] = *graph.playback;
  double expected = 1;
  for (const std::string& parameter : graph.stages[*graph.find(stage)].second.per) expected *= parameters.at(parameter);
  played_ = place_[*graph.find(stage)];
  item_ = Seconds(content.value(parameters)) / expected;
}

void JobGraph::add_stages(const GraphTemplate& graph, const GraphParameters& parameters,
                          const NodeValues::Counts& counts) {
  for (const std::size_t i : graph.in_order()) {
    const auto& [name, config] = graph.stages[i];
    place_[i] = stages_.size();
    Stage& stage = stages_.emplace_back();
    stage.name = name;
    stage.operation = config.operation.empty() ? name : config.operation;
    stage.first = static_cast<std::uint32_t>(stage_of_.size());
    stage.count = values_.emplace_back(config.per, counts).size();
    stage.per = config.per;
    stage.by_units = !config.work.empty();
    stage.input_tokens = tokens_of(config.input_tokens, parameters);
    stage.output_tokens = tokens_of(config.output_tokens, parameters);
    stage.context_tokens = tokens_of(config.context_tokens, parameters);
    stage.scaled = config.scaled;
    stage.in_order = config.in_order;
    stage.is_found_out = last_growth(graph.grows, config.per) != nullptr;
    stage.chains = config.chains ? &*config.chains : nullptr;
    stage_of_.insert(stage_of_.end(), stage.count, static_cast<std::uint32_t>(place_[i]));
  }
}

void JobGraph::add_edges(const GraphTemplate& graph) {
  Edges edges;
  for (const std::size_t i : graph.in_order()) {
    const GraphStageConfig& config = graph.stages[i].second;
    Stage& stage = stages_[place_[i]];
    for (const std::string& name : config.after_first) {
      stage.before.push_back(place_[*graph.find(name)]);
      for (std::uint32_t n = 0; n < stage.count; ++n)
        edges.emplace_back(stages_[stage.before.back()].first, stage.first + n);
    }
    for (const std::string& name : config.after) {
      const std::size_t other = place_[*graph.find(name)];
      stage.before.push_back(other);
      const auto both = shared(config.per, stages_[other].per);
      const auto from = values_[other].by(both);
      for (std::uint32_t n = 0; n < stage.count; ++n)
        for (const std::uint32_t before : from.at(values_[place_[i]].at(n, both)))
          edges.emplace_back(stages_[other].first + before, stage.first + n);
    }
    for (std::uint32_t n = 1; config.in_order && n < stage.count; ++n)
      edges.emplace_back(stage.first + n - 1, stage.first + n);
  }
  std::ranges::sort(edges);
  waits_for_.resize(size());
  offsets_.resize(size() + 1);
  for (const auto& [from, to] : edges) {
    ++offsets_[from + 1];
    ++waits_for_[to];
    next_.push_back(to);
  }
  for (std::size_t i = 0; i < size(); ++i) offsets_[i + 1] += offsets_[i];
}

/// A node is known with the last of its parameters that is found out.
void JobGraph::note_growth(const GraphTemplate& graph) {
  reveals_.resize(size());
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    const GrowthConfig* growth = last_growth(graph.grows, stages_[s].per);
    if (growth == nullptr) continue;
    hidden_ += stages_[s].count;
    const std::size_t by = place_[*graph.find(growth->after)];
    const auto nodes = values_[s].by(growth->for_each);
    for (std::uint32_t n = 0; n < stages_[by].count; ++n)
      reveals_[stages_[by].first + n] +=
          static_cast<std::uint32_t>(nodes.at(values_[by].at(n, growth->for_each)).size());
  }
}

std::uint32_t JobGraph::first_played(std::size_t stage, std::uint32_t item) const {
  const auto& per = stages_[stage].per;
  const auto& played = stages_[*played_].per;
  if (per.size() > played.size() || !std::equal(per.begin(), per.end(), played.begin())) return 0;
  const auto wanted = values_[stage].at(item);
  std::uint32_t low = 0, high = stages_[*played_].count;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const auto values = values_[*played_].at(middle);
    if (std::ranges::lexicographical_compare(values, wanted)) low = middle + 1;
    else high = middle;
  }
  return low;
}

Request stage_request(const JobGraph& graph, std::size_t number, std::uint32_t first_kind) {
  const JobGraph::Stage& stage = graph.stages()[number];
  Request request;
  request.input_tokens = std::max(1U, stage.input_tokens);
  request.output_tokens = std::max(1U, stage.output_tokens);
  if (stage.by_units) request.work = {first_kind + static_cast<std::uint32_t>(2 * number), 1.0};
  return request;
}

}  // namespace headroom

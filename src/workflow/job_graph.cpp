#include "workflow/job_graph.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace headroom {
namespace {

using Edges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

/// How often a stage is there, by its parameters.
std::vector<std::uint32_t> sizes_of(const GraphStageConfig& stage, const GraphParameters& parameters) {
  std::vector<std::uint32_t> sizes;
  for (const std::string& name : stage.per) sizes.push_back(static_cast<std::uint32_t>(parameters.at(name)));
  return sizes;
}

WorkUnits units_of(const std::map<std::string, Amount>& work, const GraphParameters& parameters) {
  WorkUnits units;
  for (const auto& [unit, amount] : work) units[unit] = amount.value(parameters);
  return units;
}

std::uint32_t tokens_of(const std::optional<Amount>& amount, const GraphParameters& parameters) {
  return amount ? static_cast<std::uint32_t>(std::max(1.0, std::round(amount->value(parameters)))) : 0;
}

/// Calls `use` with the number of every node of a stage whose values of some parameters are these.
template <class Use>
void each_with(const GraphStageConfig& stage, const GraphParameters& parameters,
               const std::map<std::string, std::uint32_t>& values, Use use) {
  const auto sizes = sizes_of(stage, parameters);
  std::vector<std::uint32_t> numbers{0};
  for (std::size_t d = 0; d < sizes.size(); ++d) {
    std::vector<std::uint32_t> inner;
    const auto fixed = values.find(stage.per[d]);
    for (const std::uint32_t outer : numbers)
      for (std::uint32_t value = 0; value < sizes[d]; ++value)
        if (fixed == values.end() || fixed->second == value) inner.push_back(outer * sizes[d] + value);
    numbers = std::move(inner);
  }
  for (const std::uint32_t number : numbers) use(number);
}

/// The values of a stage's parameters at one of its nodes.
std::map<std::string, std::uint32_t> values_at(const GraphStageConfig& stage, const GraphParameters& parameters,
                                               std::uint32_t number) {
  const auto sizes = sizes_of(stage, parameters);
  std::map<std::string, std::uint32_t> values;
  for (std::size_t d = sizes.size(); d-- > 0; number /= sizes[d]) values[stage.per[d]] = number % sizes[d];
  return values;
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

JobGraph::JobGraph(const GraphTemplate& graph, const GraphParameters& parameters) {
  std::vector<std::size_t> place(graph.stages.size());  // here, by that in the template
  const auto order = graph.in_order();
  for (const std::size_t i : order) {
    const auto& [name, config] = graph.stages[i];
    place[i] = stages_.size();
    Stage& stage = stages_.emplace_back();
    stage.name = name;
    stage.operation = config.operation.empty() ? name : config.operation;
    stage.first = static_cast<std::uint32_t>(stage_of_.size());
    stage.count = 1;
    stage.per = config.per;
    for (const std::uint32_t size : sizes_of(config, parameters)) stage.count *= size;
    stage.by_units = !config.work.empty();
    stage.input_tokens = tokens_of(config.input_tokens, parameters);
    stage.output_tokens = tokens_of(config.output_tokens, parameters);
    stage.context_tokens = tokens_of(config.context_tokens, parameters);
    stage.scaled = config.scaled;
    stage.in_order = config.in_order;
    stage.chains = config.chains ? &*config.chains : nullptr;
    stage_of_.insert(stage_of_.end(), stage.count, static_cast<std::uint32_t>(place[i]));
  }
  Edges edges;
  for (const std::size_t i : order) {
    const GraphStageConfig& config = graph.stages[i].second;
    Stage& stage = stages_[place[i]];
    const auto after = [&](const std::string& name) -> std::size_t {
      stage.before.push_back(place[*graph.find(name)]);
      return *graph.find(name);
    };
    for (const std::string& name : config.after_first)
      for (std::uint32_t n = 0, from = stages_[place[after(name)]].first; n < stage.count; ++n)
        edges.emplace_back(from, stage.first + n);
    for (const std::string& name : config.after) {
      const std::size_t other = after(name);
      for (std::uint32_t n = 0; n < stage.count; ++n)
        each_with(graph.stages[other].second, parameters, values_at(config, parameters, n),
                  [&](std::uint32_t from) { edges.emplace_back(stages_[place[other]].first + from, stage.first + n); });
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
  if (!graph.playback) return;
  played_ = place[*graph.find(graph.playback->stage)];
  content_ = Seconds(graph.playback->content.value(parameters));
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

// Queries of the jobs that a job tracker follows: which configuration each gets, and what it answers.
#include <algorithm>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "jobs/job_tracker.hpp"

namespace headroom {

void JobTracker::open_catalogue(Stream& stream) {
  const GraphStreamConfig& config = *stream.config;
  if (!config.graph.catalogue) return;
  std::vector<double> costs;
  for (const ConfiguredGraph& one : stream.configured) costs.push_back(one.cost);
  stream.oracle.emplace(config.graph.catalogue->oracle, costs, hash(seed_, config.name));
  stream.eligible = stream.oracle->undominated();
  for (const std::size_t i : stream.eligible) stream.eligible_costs.push_back(costs[i]);
  QueriesResult& result = stream.result.queries.emplace();
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const bool is_pruned = !std::ranges::binary_search(stream.eligible, i);
    result.configurations.emplace_back(stream.configured[i].configuration, ConfigurationResult{costs[i], is_pruned});
    if (stream.configured[i].configuration == config.configuration) stream.way = static_cast<std::uint32_t>(i);
  }
}

/// Its query is characterised: from here on it is a job of one configuration.
void JobTracker::choose(std::uint32_t id) {
  Job& job = jobs_[id];
  Stream& stream = streams_[job.stream];
  std::vector<double> probabilities;
  for (const std::size_t i : stream.eligible) probabilities.push_back(stream.oracle->probability(*job.query, i));
  const QueryOutlook outlook{probabilities, stream.eligible_costs, job.query->noise};
  const auto chooser = std::ranges::find_if(planners_, [](const auto& one) { return one->chooses_configurations(); });
  const std::size_t chosen = (*chooser)->configuration(outlook);
  check_that(chosen < stream.eligible.size(), "a planner names a configuration that there is");
  stream.result.stages_created -= graph_of(job).size();
  begin_in(id, static_cast<std::uint32_t>(stream.eligible[chosen]));
}

void JobTracker::count_tokens(const Job& job, const Request& call) {
  if (call.work.amount > 0) return;
  QueriesResult& result = *streams_[job.stream].result.queries;
  result.prompt_tokens += call.input_tokens;
  result.output_tokens += call.output_tokens;
}

void JobTracker::answer(const Job& job) {
  Stream& stream = streams_[job.stream];
  QueriesResult& result = *stream.result.queries;
  for (std::size_t i = 0; i < stream.configured.size(); ++i) {
    result.configurations[i].second.all_right += stream.oracle->probability(*job.query, i);
    ++result.configurations[i].second.queries;
  }
  const double probability = stream.oracle->probability(*job.query, job.way);
  ++result.answered;
  result.right += job.query->luck < probability;
  result.probability += probability;
  result.cost += stream.configured[job.way].cost;
  ++result.configurations[job.way].second.jobs;
}

}  // namespace headroom

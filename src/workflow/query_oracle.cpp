#include "workflow/query_oracle.hpp"

#include <algorithm>
#include <string>

#include "base/hash.hpp"
#include "base/random.hpp"
#include "headroom/elementary.hpp"

namespace headroom {

void QueryOracleConfig::fields(Fields& f) {
  f("probabilities", probabilities,
    "that an answer is right: a list for each query, of one number for each configuration (of the options, the last "
    "kind fastest); jobs are these queries in turn; absent: drawn",
    Range::fraction());
  f("skill_per_decade", skill_per_decade,
    "of what is drawn: by how much the logit of a right answer grows where a configuration costs ten times as much",
    Range::between(-100.0, 100.0));
  f("skill_at_1", skill_at_1, "the logit of a right answer to a query of mean difficulty at a cost of 1",
    Range::between(-100.0, 100.0));
  f("skill_sd", skill_sd, "how far configurations are from that: the standard deviation of a normal number",
    Range::between(0.0, 100.0));
  f("difficulty_sd", difficulty_sd, "how far queries are from the mean difficulty, likewise",
    Range::between(0.0, 100.0));
}

void QueryOracleConfig::check_in(std::span<const double> costs, const Scope& scope) const {
  for (std::size_t i = 0; i < probabilities.size(); ++i)
    if (probabilities[i].size() != costs.size())
      return scope.at("probabilities")
          .at(i)
          .problem("has " + std::to_string(probabilities[i].size()) + " numbers, but there are " +
                   std::to_string(costs.size()) + " configurations");
  if (probabilities.empty() && std::ranges::any_of(costs, [](double cost) { return cost <= 0; }))
    scope.at("probabilities").problem("missing: what is drawn needs costs above 0, and a configuration costs nothing");
}

QueryOracle::QueryOracle(const QueryOracleConfig& config, std::span<const double> costs, std::uint64_t seed)
    : config_(config), costs_(costs.begin(), costs.end()), seed_(seed) {
  RandomStream stream(seed, "skills");
  for (const double cost : costs) {
    const double decades = config.probabilities.empty() ? portable::log(cost) / portable::log(10.0) : 0.0;
    skills_.push_back(config.skill_per_decade * decades + config.skill_at_1 + config.skill_sd * stream.normal());
  }
}

QueryOracle::Query QueryOracle::query(std::uint32_t number) const {
  RandomStream stream(hash(seed_, number), "query");
  const double difficulty = config_.difficulty_sd * stream.normal();
  const double luck = stream.uniform();
  return {number, difficulty, luck, stream.normal()};
}

double QueryOracle::probability(const Query& query, std::size_t configuration) const {
  const auto& table = config_.probabilities;
  if (!table.empty()) return table[query.number % table.size()][configuration];
  return 1 / (1 + portable::exp(query.difficulty - skills_[configuration]));
}

/// Of two that are alike the first one does.
bool QueryOracle::dominates(std::size_t one, std::size_t other) const {
  if (costs_[one] > costs_[other]) return false;
  bool is_better = costs_[one] < costs_[other] || one < other;
  const auto compare = [&](double first, double second) {
    is_better = is_better || first > second;
    return first >= second;
  };
  if (config_.probabilities.empty()) return compare(skills_[one], skills_[other]) && is_better;
  return std::ranges::all_of(config_.probabilities, [&](const auto& row) { return compare(row[one], row[other]); }) &&
         is_better;
}

std::vector<std::size_t> QueryOracle::undominated() const {
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < costs_.size(); ++i) {
    bool is_left = true;
    for (std::size_t j = 0; is_left && j < costs_.size(); ++j) is_left = j == i || !dominates(j, i);
    if (is_left) left.push_back(i);
  }
  return left;
}

}  // namespace headroom

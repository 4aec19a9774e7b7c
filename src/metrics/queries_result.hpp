#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "headroom/fields.hpp"
#include "metrics/class_result.hpp"

namespace headroom {

/// A configuration of a catalogue: how many jobs had it, and what it would have been to give it to all.
struct ConfigurationResult {
  double cost = 0;
  bool is_pruned = false;
  std::uint64_t jobs = 0;
  double all_right = 0;  ///< sum over all queries of its probability of a right answer
  std::uint64_t queries = 0;

  void fields(Fields& f) const {
    f("cost", cost, "of a job, as the template counts it");
    f("pruned", is_pruned, "whether another one costs no more and is right no less often on every query");
    f("jobs", jobs, "that are done and had it");
    f("right_fraction_of_all", per_one(all_right, queries),
      "expected, if all jobs that are done had it: the best of one configuration for all");
  }
};

/// What jobs of a template with a catalogue answered, each in the configuration that was chosen for it.
struct QueriesResult {
  std::uint64_t answered = 0, right = 0;
  double probability = 0, cost = 0;  ///< sums
  std::uint64_t prompt_tokens = 0, output_tokens = 0;
  std::vector<std::pair<std::string, ConfigurationResult>> configurations;

  void fields(Fields& f) const {
    f("answered", answered, "queries whose job is done");
    f("right_fraction", per_one(static_cast<double>(right), answered), "of these, those whose answer is right");
    f("expected_right_fraction", per_one(probability, answered),
      "the mean over these of the probability of a right answer");
    f("mean_cost", per_one(cost, answered), "of their configurations, without the stage that characterises a query");
    f("prompt_tokens", prompt_tokens, "of the LLM calls that are done, those that characterise queries too");
    f("output_tokens", output_tokens, "of the same");
    std::vector<std::pair<std::string, const ConfigurationResult*>> named;
    for (const auto& [name, one] : configurations) named.emplace_back(name, &one);
    f("configurations", named, "by name");
  }
};

}  // namespace headroom

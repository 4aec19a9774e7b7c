#include <vector>

#include "headroom/planner.hpp"
#include "headroom/recipe.hpp"
#include "policy/planning/query_choice.hpp"

namespace headroom {

/// BRANE (arXiv 2605.27361): a configuration for every query, by a predictor of which answers are right. What it errs
/// by is one normal number for each query, on the logits of all its configurations.
class PerQuery : public Planner {
 public:
  void fields(Fields& f) override {
    f("lambda", lambda_, "what a unit of cost is worth, in probability of a right answer; 0: cost does not matter",
      Range::between(0.0, 1e12));
    f("logit_noise", noise_,
      "standard deviation of what the predictor errs by on a query, in the logit of a right answer; 0: it knows",
      Range::between(0.0, 100.0));
  }
  void check_in(const PolicyContext& context, const Scope& scope) const override {
    if (!context.has_catalogue)
      scope.problem(
          "needs a stream of /workload/graphs whose template has a catalogue and which names no configuration");
  }

  [[nodiscard]] bool chooses_configurations() const override { return true; }
  [[nodiscard]] std::size_t configuration(const QueryOutlook& query) override {
    predicted_.clear();
    for (const double probability : query.probabilities)
      predicted_.push_back(with_logit_error(probability, noise_ * query.noise));
    return best_configuration(predicted_, query.costs, lambda_);
  }

 private:
  double lambda_ = 0.005;
  double noise_ = 0;
  std::vector<double> predicted_;  ///< by configuration, of the query under way
};

namespace kinds {
Kind<Planner> per_query() {
  return kind_of<Planner, PerQuery>("per_query", "a configuration for every query, by accuracy and cost (BRANE)");
}
}  // namespace kinds

}  // namespace headroom

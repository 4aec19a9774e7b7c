#include <string>

#include "headroom/planner.hpp"
#include "headroom/recipe.hpp"

namespace headroom {

/// Slim-SC (EMNLP 2025, arXiv 2509.13990): of two chains of reasoning that say the same one is stopped. After the
/// warm-up a thought is like one of another chain with a hazard, since similarity is not simulated.
class SelfConsistency : public Planner {
 public:
  void fields(Fields& f) override {
    f("hazard", hazard_, "probability that a thought is like one of another live chain; 0: nobody is stopped",
      Range::fraction());
    f("warm_up_thoughts", warm_up_, "of a chain that are not compared", Range::between(0, 1e6));
    f("keep_min", keep_min_, "chains of a question that vote at least", Range::between(1, 1e6));
    f("itself_fraction", itself_, "of such thoughts: those whose own chain is stopped; else another live one is",
      Range::fraction());
  }
  void check_in(const PolicyContext& context, const Scope& scope) const override {
    if (context.fewest_chains == 0)
      return scope.problem("needs a stage with chains in the template of a stream of /workload/graphs");
    if (keep_min_ > context.fewest_chains)
      scope.at("keep_min")
          .problem("is more than the " + std::to_string(context.fewest_chains) + " chains that a question has");
  }

  [[nodiscard]] bool hears_of(const Thought& thought) const override {
    return thought.number > warm_up_ && thought.likeness < hazard_;
  }
  [[nodiscard]] Prune prune(const Thought& thought, std::uint32_t voters) override {
    if (voters <= keep_min_) return Prune::nobody;
    return thought.coin < itself_ ? Prune::itself : Prune::another;
  }

 private:
  double hazard_ = 0.003;
  std::uint32_t warm_up_ = 20;
  std::uint32_t keep_min_ = 2;
  double itself_ = 0.5;
};

namespace kinds {
Kind<Planner> self_consistency() {
  return kind_of<Planner, SelfConsistency>("self_consistency",
                                           "stops chains of reasoning that say what another one says (Slim-SC)");
}
}  // namespace kinds

}  // namespace headroom

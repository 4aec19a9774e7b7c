#include "policy/planning/query_choice.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "workflow/query_oracle.hpp"

namespace headroom {
namespace {

TEST(QueryChoice, IsThatOfTheMiniExample) {
  constexpr std::array<double, 3> kCosts{1, 4, 10}, kEasy{0.90, 0.95, 0.99}, kHard{0.20, 0.60, 0.90};
  constexpr std::array<double, 5> kLambdas{0, 0.005, 0.02, 0.05, 0.2};
  constexpr std::array<std::size_t, 5> kOfEasy{2, 2, 0, 0, 0}, kOfHard{2, 2, 2, 1, 0};
  for (std::size_t i = 0; i < kLambdas.size(); ++i) {
    EXPECT_EQ(best_configuration(kEasy, kCosts, kLambdas[i]), kOfEasy[i]) << kLambdas[i];
    EXPECT_EQ(best_configuration(kHard, kCosts, kLambdas[i]), kOfHard[i]) << kLambdas[i];
  }
}

TEST(QueryChoice, TakesTheCheapestAmongEquals) {
  EXPECT_EQ(best_configuration(std::array{0.5, 0.5, 0.5}, std::array{3.0, 1.0, 1.0}, 0), 1U);
  EXPECT_EQ(best_configuration(std::array{1.0}, std::array{7.0}, 1e9), 0U);
}

TEST(QueryChoice, AnErrorMovesALogit) {
  EXPECT_DOUBLE_EQ(with_logit_error(0.5, 0), 0.5);
  EXPECT_NEAR(with_logit_error(0.5, 2), 0.880797, 1e-6);
  EXPECT_EQ(with_logit_error(0, 3), 0);
  EXPECT_EQ(with_logit_error(1, -3), 1);
}

/// The generator of 60 configurations, whose costs lie evenly over two and a half decades, and 2000 queries.
class Generated {
 public:
  explicit Generated(std::uint64_t seed) : costs_(drawn(seed)), oracle_(config_, costs_, seed) {
    for (std::uint32_t i = 0; i < 2000; ++i) queries_.push_back(oracle_.query(i));
    eligible_ = oracle_.undominated();
    for (const std::size_t i : eligible_) eligible_costs_.push_back(costs_[i]);
  }

  struct Mean {
    double cost = 0, right = 0;
  };
  [[nodiscard]] Mean chosen(double lambda, double noise) const {
    Mean mean;
    for (const auto& query : queries_) {
      std::vector<double> predicted;
      for (const std::size_t i : eligible_)
        predicted.push_back(with_logit_error(oracle_.probability(query, i), noise * query.noise));
      add(query, eligible_[best_configuration(predicted, eligible_costs_, lambda)], mean);
    }
    return mean;
  }
  [[nodiscard]] Mean all_in(std::size_t configuration) const {
    Mean mean;
    for (const auto& query : queries_) add(query, configuration, mean);
    return mean;
  }
  /// The most accurate one for all.
  [[nodiscard]] Mean best_for_all() const {
    Mean best;
    for (const std::size_t i : eligible_)
      if (const Mean mean = all_in(i); mean.right > best.right) best = mean;
    return best;
  }
  /// By which part the mean cost is lower than the best one's for all, at half a point less accuracy at most.
  [[nodiscard]] double saved(double noise) const {
    const Mean best = best_for_all();
    double least = best.cost;
    for (double lambda = 1e-5; lambda < 1; lambda *= 1.3)
      if (const Mean mean = chosen(lambda, noise); mean.right >= best.right - 0.005) least = std::min(least, mean.cost);
    return 1 - least / best.cost;
  }
  [[nodiscard]] const std::vector<double>& costs() const { return costs_; }
  [[nodiscard]] const std::vector<std::size_t>& eligible() const { return eligible_; }

 private:
  static std::vector<double> drawn(std::uint64_t seed) {
    RandomStream stream(seed, "costs");
    std::vector<double> costs;
    for (int i = 0; i < 60; ++i) costs.push_back(std::pow(10.0, 2.5 * stream.uniform()));
    return costs;
  }
  void add(const QueryOracle::Query& query, std::size_t configuration, Mean& mean) const {
    mean.cost += costs_[configuration] / static_cast<double>(queries_.size());
    mean.right += oracle_.probability(query, configuration) / static_cast<double>(queries_.size());
  }

  QueryOracleConfig config_;
  std::vector<double> costs_;
  QueryOracle oracle_;
  std::vector<QueryOracle::Query> queries_;
  std::vector<std::size_t> eligible_;
  std::vector<double> eligible_costs_;
};

TEST(QueryChoice, CostFallsAndAccuracyDoesNotRiseWithLambda) {
  const Generated generated(1);
  Generated::Mean before = generated.chosen(0, 0);
  EXPECT_DOUBLE_EQ(before.right, generated.best_for_all().right);
  for (double lambda = 1e-5; lambda < 10; lambda *= 2) {
    const Generated::Mean now = generated.chosen(lambda, 0);
    EXPECT_LE(now.cost, before.cost) << lambda;
    EXPECT_LE(now.right, before.right) << lambda;
    before = now;
  }
  EXPECT_NEAR(before.cost, std::ranges::min(generated.costs()), 1e-9);
}

TEST(QueryChoice, IsOnOrAboveTheFrontierOfOneConfigurationForAll) {
  const Generated generated(2);
  for (double lambda = 1e-4; lambda < 0.1; lambda *= 3) {
    const Generated::Mean chosen = generated.chosen(lambda, 0);
    for (const std::size_t i : generated.eligible()) {
      const Generated::Mean one = generated.all_in(i);
      EXPECT_GE(chosen.right - lambda * chosen.cost, one.right - lambda * one.cost - 1e-12);
    }
  }
}

TEST(QueryChoice, CostsLessAtTheBestAccuracyOfOneForAllUnlessThePredictorIsNoise) {
  double by_good = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Generated generated(seed);
    const double knows = generated.saved(0), good = generated.saved(1), noise = generated.saved(8);
    RecordProperty("saved_" + std::to_string(seed),
                   std::to_string(knows) + " " + std::to_string(good) + " " + std::to_string(noise));
    EXPECT_GT(good, 0.1) << seed;
    EXPECT_GE(knows, good) << seed;
    EXPECT_LT(noise, 0.05) << seed;
    by_good += good / 4;
  }
  EXPECT_GT(by_good, 0.15);
  EXPECT_LT(by_good, 0.40);
}

TEST(QueryChoice, DropsWhatIsDominatedOnEveryQueryAlone) {
  QueryOracleConfig config;
  config.probabilities = {{0.5, 0.6, 0.4, 0.5}, {0.5, 0.4, 0.5, 0.5}};
  const QueryOracle oracle(config, std::array{2.0, 3.0, 4.0, 2.0}, 1);
  EXPECT_EQ(oracle.undominated(), (std::vector<std::size_t>{0, 1}));  // the third is never better, the last an equal
}

}  // namespace
}  // namespace headroom

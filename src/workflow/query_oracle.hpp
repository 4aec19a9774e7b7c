#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// How probable it is that a configuration answers a query right: a table, or a generator, which draws how difficult
/// queries are and how skilled configurations (a logistic model with one parameter each).
struct QueryOracleConfig {
  std::vector<std::vector<double>> probabilities;  ///< by query, then by configuration; none: generated
  double skill_per_decade = 1.6;
  double skill_at_1 = -1.5;
  double skill_sd = 0.5;
  double difficulty_sd = 1.5;
  void fields(Fields& f);
  /// Notes what does not suit configurations of these costs.
  void check_in(std::span<const double> costs, const Scope& scope) const;
};

/// What is true of queries, whatever planners do.
class QueryOracle {
 public:
  /// `config` outlives it; costs by configuration.
  QueryOracle(const QueryOracleConfig& config, std::span<const double> costs, std::uint64_t seed);

  /// A query as it is drawn.
  struct Query {
    std::uint32_t number = 0;
    double difficulty = 0;  ///< where it is generated
    double luck = 0;        ///< uniform: right is who is so with a probability above it
    double noise = 0;       ///< standard normal, of what predictors make of it
  };
  [[nodiscard]] Query query(std::uint32_t number) const;
  /// That a configuration answers it right.
  [[nodiscard]] double probability(const Query& query, std::size_t configuration) const;
  /// Configurations of which no other one costs no more and is right no less often on every query.
  [[nodiscard]] std::vector<std::size_t> undominated() const;

 private:
  [[nodiscard]] bool dominates(std::size_t one, std::size_t other) const;

  const QueryOracleConfig& config_;
  std::vector<double> costs_;
  std::vector<double> skills_;  ///< by configuration
  std::uint64_t seed_;
};

}  // namespace headroom

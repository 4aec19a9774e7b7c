#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "headroom/fields.hpp"
#include "workflow/amount.hpp"
#include "workflow/query_oracle.hpp"

namespace headroom {

/// What an option changes of a job.
struct QueryOptionConfig {
  GraphParameters parameters;
  std::map<std::string, std::string> operations;  ///< by stage
  std::vector<std::string> without;               ///< stages
  void fields(Fields& f);
};

/// Ways in which a template can answer a query, of which each job takes one: for every kind of option one of its
/// options.
struct QueryCatalogueConfig {
  using Options = std::vector<std::pair<std::string, QueryOptionConfig>>;
  std::string after;  ///< the stage that characterises a query
  std::vector<std::pair<std::string, Options>> options;
  std::vector<Amount> cost;
  QueryOracleConfig oracle;
  void fields(Fields& f);
  void check(const Scope& scope) const;

  /// An option of each kind; the last kind fastest.
  struct Configuration {
    std::string name;  ///< of its options, by slashes
    std::vector<const QueryOptionConfig*> options;
  };
  [[nodiscard]] std::vector<Configuration> configurations() const;
  /// Of a job with these parameters, in the unit of `cost`.
  [[nodiscard]] double cost_of(const GraphParameters& parameters) const;
};

}  // namespace headroom

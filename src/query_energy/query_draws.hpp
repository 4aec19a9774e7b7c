#pragma once

#include <map>
#include <string>

#include "query_energy/energy_sample.hpp"
#include "query_energy/query_method.hpp"

namespace headroom {

/// The energies of a kind of query (called `kind`, which names its random streams) on a model of the method.
[[nodiscard]] EnergySample drawn_energies(const QueryMethod& method, const std::string& model, const std::string& kind,
                                          const QueryKind& query);

/// A kind of query on all models of a method.
struct QueryEnergies {
  std::map<std::string, EnergySample> models;
  EnergySample frontier;         ///< pooled
  EnergySample frontier_middle;  ///< each model from its 5th to its 95th percentile, of these from the 10th to the 90th
};
[[nodiscard]] QueryEnergies query_energies(const QueryMethod& method, const std::string& kind, const QueryKind& query);

/// The draws, each divided by one of the lever, which is called `name`.
[[nodiscard]] EnergySample with_lever(const QueryMethod& method, const EnergySample& sample, const std::string& name,
                                      const LogNormalRange& lever);

}  // namespace headroom

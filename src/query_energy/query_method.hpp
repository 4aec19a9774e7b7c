#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/folders.hpp"
#include "headroom/fields.hpp"
#include "query_energy/log_normal_range.hpp"
#include "query_energy/query_throughput.hpp"

namespace headroom {

/// A model and the node that runs it.
struct QueryModel {
  double parameters = 1;
  Power node{};  ///< at full power
  QueryThroughput throughput;
  void fields(Fields& f);
};

/// A kind of query: output tokens are exponential with this median, rounded to whole tokens.
struct QueryKind {
  double median_output_tokens = 1;
  void fields(Fields& f);
};

/// Power of a node that follows its load, in place of a draw: idle + load * throughput / largest throughput.
struct PowerFollowsLoad {
  double idle_fraction = 0;
  double load_fraction = 0;
  /// At this fraction of the largest throughput.
  [[nodiscard]] double at(double load) const { return idle_fraction + load_fraction * load; }
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// The large models, whose draws are pooled.
struct FrontierConfig {
  double min_parameters = 0;  ///< a model has more
  std::uint32_t models = 3;   ///< those of the highest median
  void fields(Fields& f);
};

/// A day of many queries.
struct QueryDay {
  double queries = 0;
  std::vector<double> overhead_ratios;  ///< multiply the energy
  std::vector<double> long_fractions;   ///< shares of long queries, a row of the answer each
  LogNormalRange short_lever, long_lever;
  void fields(Fields& f);
};

/// How the energy of a query follows from throughput, bottom up, with stated distributions.
struct QueryMethod {
  std::string name;
  std::string source;
  std::uint64_t seed = 1;
  std::uint32_t draws = 10'000;
  LogNormalRange pue_ratio;
  LogNormalRange power_utilization;
  bool cut_at_full_power = false;
  std::optional<PowerFollowsLoad> power_follows_load;
  double input_tokens = 1;
  QueryKind short_query, long_query;
  std::map<std::string, QueryModel> models;
  FrontierConfig frontier;
  std::map<std::string, LogNormalRange> levers;
  QueryDay day;
  void fields(Fields& f);
  void check(const Scope& scope) const;

  /// Power utilization of a node at a throughput: `drawn`, unless it follows the load.
  [[nodiscard]] double power_utilization_at(double tokens_per_s, double largest_tokens_per_s, double drawn) const;
};

/// Reads the method that a name, or a path, stands for, with values that replace those of the file.
[[nodiscard]] QueryMethod load_query_method(const std::string& name, const ConfigFolders& folders,
                                            const std::vector<std::string>& sets);

}  // namespace headroom

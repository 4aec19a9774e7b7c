#pragma once

#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "trace/arrivals.hpp"
#include "trace/rate_curve.hpp"
#include "trace/trace_config.hpp"
#include "workload/image_counts.hpp"
#include "workload/length_distribution.hpp"
#include "workload/length_pairs.hpp"
#include "workload/mix.hpp"
#include "workload/shared_prefixes.hpp"

namespace headroom {

/// One type of request in a generated workload.
struct SyntheticClassConfig {
  std::string name;
  double share = 1.0;
  double high_priority_share = 0.5;
  LengthChoice input = no_length();
  LengthChoice output = no_length();
  std::vector<PrefixGroupsConfig> prefixes;  ///< outer groups first
  std::optional<ImageCountsConfig> images;   ///< none: text alone
  void fields(Fields& fields);
  void check(const Scope& scope) const;
};

/// Generated requests of one rate.
struct SyntheticConfig {
  double rate_per_s = 0.0;
  std::optional<Seconds> duration;
  ArrivalChoice arrivals = default_arrivals();
  std::optional<RateCurveConfig> rate_curve;
  std::uint32_t block_tokens = 16;
  std::vector<SyntheticClassConfig> classes;
  std::optional<LengthPairsConfig> lengths;
  std::optional<MixConfig> mix;
  void fields(Fields& fields);
  void check(const Scope& scope) const;

 private:
  void check_classes(const Scope& scope) const;
};

/// Where the requests of a run come from: a trace, a generator, or nowhere.
struct WorkloadConfig {
  std::optional<TraceConfig> trace;
  std::optional<SyntheticConfig> synthetic;
  std::vector<SyntheticConfig> also;
  [[nodiscard]] bool has_requests() const { return trace.has_value() || synthetic.has_value(); }
  void fields(Fields& fields);
  void check(const Scope& scope) const;
};

}  // namespace headroom

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/fields.hpp"
#include "workload/arrivals.hpp"
#include "workload/length_distribution.hpp"
#include "workload/rate_curve.hpp"
#include "workload/trace_config.hpp"

namespace headroom {

/// One type of request in a generated workload.
struct SyntheticClassConfig {
  std::string name;
  double share = 1.0;
  double high_priority_share = 0.5;
  LengthChoice input = no_length();
  LengthChoice output = no_length();
  void fields(Fields& fields);
};

/// A generated workload.
struct SyntheticConfig {
  double rate_per_s = 0.0;
  std::optional<Seconds> duration;
  ArrivalChoice arrivals = default_arrivals();
  std::optional<RateCurveConfig> rate_curve;
  std::vector<SyntheticClassConfig> classes;
  void fields(Fields& fields);
};

/// Where the requests of a run come from: a trace, a generator, or nowhere.
struct WorkloadConfig {
  std::optional<TraceConfig> trace;
  std::optional<SyntheticConfig> synthetic;
  [[nodiscard]] bool has_requests() const { return trace.has_value() || synthetic.has_value(); }
  void fields(Fields& fields);
};

/// What is wrong beyond the ranges of single values. `where` is a JSON pointer that starts with `pointer`, which is
/// where the workload stands in its document. Reads no file.
[[nodiscard]] std::vector<Problem> check(const WorkloadConfig& config, const std::string& pointer = "/workload");

}  // namespace headroom

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headroom/quantity.hpp"
#include "workload/classes.hpp"
#include "workload/request_source.hpp"

namespace headroom {

/// Exact statistics of token counts; a quantile is the smallest length that at least this share does not exceed.
struct LengthStatistics {
  std::uint64_t total_tokens = 0;
  double mean_tokens = 0.0;
  std::uint32_t p50_tokens = 0;
  std::uint32_t p90_tokens = 0;
  std::uint32_t p99_tokens = 0;
  std::uint32_t max_tokens = 0;
};

struct ClassStatistics {
  std::string name;
  std::uint64_t requests = 0;
  double share_fraction = 0.0;
};

/// What a stream of requests looks like. Windows count from the first arrival.
struct TraceStatistics {
  std::uint64_t requests = 0;
  Seconds duration{};  ///< from the first arrival to the last
  Hertz mean_rate{};   ///< requests over duration; 0 where the duration is 0
  Hertz peak_rate{};   ///< of any window of 60 s
  Seconds mean_gap{};
  double gap_cv = 0.0;
  std::optional<double> dispersion_10s;  ///< variance over mean of the counts in whole windows; Poisson is 1
  std::optional<double> dispersion_60s;  ///< absent where there are less than two whole windows
  LengthStatistics input;
  LengthStatistics output;
  std::vector<ClassStatistics> classes;  ///< in order of ClassId
};

/// Reads a source to its end. Memory: the arrivals of 60 s and one counter per token count.
[[nodiscard]] TraceStatistics describe(RequestSource& source, const ClassTable& table);

}  // namespace headroom

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headroom/quantity.hpp"
#include "trace/classes.hpp"
#include "trace/request_source.hpp"

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

/// The window of its length that has the most requests, on multiples of a 60th of that.
struct BusyWindow {
  Seconds length{};
  Seconds start{};  ///< after the first arrival
  std::uint64_t requests = 0;
  Hertz rate{};  ///< over its length, at least the mean rate
};

/// What a stream of requests looks like. Windows count from the first arrival, but for those of the load.
struct TraceStatistics {
  std::uint64_t requests = 0;
  Seconds first{};                 ///< arrival
  Seconds duration{};              ///< from it to the last
  std::optional<Hertz> mean_rate;  ///< of the gaps: one less than the requests over the duration, which must be above 0
  std::vector<BusyWindow> busiest;  ///< of 60 s, an hour and a day, as far as the duration reaches
  Seconds mean_gap{};
  double gap_cv = 0.0;
  std::optional<double> dispersion_10s;  ///< variance over mean of the counts in whole windows; Poisson is 1
  std::optional<double> dispersion_60s;  ///< absent where there are less than two whole windows
  /// Of input tokens in aligned windows of 300 s from time 0, without the one that the last arrival leaves incomplete.
  std::optional<double> load_peak_over_mean;
  LengthStatistics input;
  LengthStatistics output;
  std::vector<ClassStatistics> classes;  ///< in order of ClassId
  std::uint64_t hit_tokens = 0;          ///< of prompts in an unlimited prefix cache, where the source gives blocks
};

/// Reads a source to its end. Memory: one counter per token count.
[[nodiscard]] TraceStatistics describe(RequestSource& source, const ClassTable& table);

}  // namespace headroom

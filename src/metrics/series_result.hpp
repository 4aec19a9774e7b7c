#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "headroom/quantity.hpp"

namespace headroom {

/// What pools and classes did over time, one value a bin of all that follows.
struct SeriesResult {
  struct Pool {
    std::string name;
    std::vector<double> running, waiting;  ///< requests, means over time
    std::vector<double> prompt_tokens_per_s, output_tokens_per_s;
  };
  struct Class {
    std::string name;
    std::vector<std::uint64_t> arrived, completed;
    std::vector<double> ttft_mean_s, ttft_max_s, e2e_mean_s, e2e_max_s;  ///< of those completed in the bin; else 0
  };
  Seconds bin{};
  std::vector<Pool> pools;
  std::vector<Class> classes;
};

}  // namespace headroom

#pragma once

#include <cstdint>
#include <string>

namespace headroom {

/// Where an instance stands or stood, by the names that other files use.
struct InstancePlace {
  std::uint64_t instance = 0;  ///< as requests.csv counts them
  std::string server, rack, row;
  std::uint64_t first_gpu = 0, gpus = 0;
  std::uint64_t cpu_cores = 0;  ///< in place of GPUs
  std::string pool, priority;   ///< the pool at the end
  std::string service, variant;
  std::string status;  ///< at the end
};

}  // namespace headroom

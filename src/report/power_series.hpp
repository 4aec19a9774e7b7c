#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/run_output.hpp"

namespace headroom {

/// Power of a node in bins, as power.json has it.
struct BinnedPower {
  std::string node;
  std::vector<double> mean_w, min_w, max_w;
};

struct BinnedRecord {
  double start_s = 0;
  double bin_s = 0;
  std::vector<BinnedPower> nodes;
};

/// All nodes of a run in the order of the file; none where it has no power.json.
[[nodiscard]] BinnedRecord power_of(const RunOutput& run);

/// The same in bins that each hold `together` of the old ones, the last one perhaps fewer: means of their means, least
/// and largest of their extremes.
[[nodiscard]] BinnedPower coarser(const BinnedPower& series, std::size_t together);

}  // namespace headroom

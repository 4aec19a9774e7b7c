#pragma once

#include <string>

#include "headroom/gpu.hpp"
#include "headroom/models.hpp"

namespace headroom {

/// How large the steps of an instance get: any size from 1 up to these can come.
struct LargestStep {
  double sequences = 1;       ///< that decode
  double context_tokens = 0;  ///< that they hold in total
  double prompt_tokens = 1;
};

/// Says which step would draw more than the TDP even at the lowest clock, so that no limit could hold it; empty: none,
/// of decodes, prompts, chunks of them, and both.
[[nodiscard]] std::string check_draws(const PerformanceModel& performance, const PowerModel& power, const GpuSpec& gpu,
                                      const LargestStep& largest);

}  // namespace headroom

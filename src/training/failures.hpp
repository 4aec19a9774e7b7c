#pragma once

#include <cstdint>
#include <string_view>

#include "base/random.hpp"
#include "training/cycle.hpp"
#include "training/job_config.hpp"

namespace headroom {

/// Cuts a cycle at the job's failures: the GPUs idle until the restart, then the cycle begins anew. Gaps between
/// failures are exponential in running time at the highest clock, so that a slowed job fails at the same place.
class Failures final : public Waveform {
 public:
  Failures(CyclePlayer player, const FailureConfig& config, Power idle, std::uint64_t seed, std::string_view job);
  bool next(WaveStep& step) override;

 private:
  void draw_failure();

  CyclePlayer player_;
  Seconds mean_;
  WaveStep restart_;
  RandomStream stream_;
  Seconds left_{};  ///< running time until the next failure, above 0
  bool down_ = false;
};

}  // namespace headroom

#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "serving/instance.hpp"

namespace headroom::test {

/// Keeps what an instance says of completions and pieces.
class RecordingObserver : public InstanceObserver {
 public:
  struct Completion {
    double first_token = 0;
    double finished = 0;
    double energy_j = 0;
  };
  struct Run {
    StepShape step;
    double from, to;
    std::uint64_t steps;
    double clock;
    double gpu_power;
  };

  void began(InstanceId, const Sequence& sequence) override { hit_tokens += sequence.prefilled_tokens; }
  void completed(InstanceId, const Sequence& sequence, Seconds now) override {
    completions[sequence.request.id] = {sequence.first_token.value(), now.value(), sequence.energy.value()};
  }
  void lost(InstanceId, const Sequence&, Seconds) override { ++lost_requests; }
  void ran(InstanceId, const StepShape& step, Seconds from, Seconds to, std::uint64_t steps, Hertz clock,
           Power gpu_power) override {
    runs.push_back({step, from.value(), to.value(), steps, clock.value(), gpu_power.value()});
  }

  std::map<std::uint64_t, Completion> completions;  ///< by request id
  std::vector<Run> runs;
  std::uint64_t lost_requests = 0;
  std::uint64_t hit_tokens = 0;  ///< of prefix caches
};

}  // namespace headroom::test

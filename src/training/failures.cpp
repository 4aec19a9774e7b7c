#include "training/failures.hpp"

#include <utility>

#include "base/hash.hpp"

namespace headroom {

Failures::Failures(CyclePlayer player, const FailureConfig& config, Power idle, std::uint64_t seed,
                   std::string_view job)
    : player_(std::move(player)),
      mean_(config.mean_time_between),
      restart_{config.restart, idle, PhaseKind::idle},
      stream_(hash(seed, "failures"), job) {
  draw_failure();
}

void Failures::draw_failure() {
  left_ = Seconds(stream_.exponential(mean_.value()));
}

bool Failures::next(WaveStep& step) {
  if (down_) {
    down_ = false;
    player_.restart();
    draw_failure();
    step = restart_;
    return true;
  }
  if (!player_.next(step)) return false;
  down_ = step.duration >= left_;
  if (down_) step.duration = left_;
  else left_ -= step.duration;
  return true;
}

}  // namespace headroom

#include "training/cycle.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {

/// An iteration that ends before the period by this share of its own duration counts as ending with it.
constexpr double rounding_fraction = 1e-9;

void add_with_dips(const WaveStep& phase, const DipsConfig& dips, std::vector<WaveStep>& steps) {
  const WaveStep piece{(phase.duration - dips.width * dips.count) / (dips.count + 1.0), phase.power, phase.kind};
  const WaveStep dip{dips.width, phase.power * (1.0 - dips.depth_fraction), phase.kind};
  for (std::uint32_t i = 0; i < dips.count; ++i) {
    steps.push_back(piece);
    steps.push_back(dip);
  }
  steps.push_back(piece);
}

}  // namespace

Cycle iteration_cycle(const WaveformConfig& config, std::span<const WaveStep> iteration, const GpuSpec& gpu) {
  Cycle cycle;
  Seconds duration{};
  for (const WaveStep& phase : iteration) {
    duration += phase.duration;
    if (config.dips && phase.kind == PhaseKind::compute) add_with_dips(phase, *config.dips, cycle.steps);
    else cycle.steps.push_back(phase);
  }
  if (const auto& checkpoint = config.checkpoint) {
    const double rounds = std::ceil(checkpoint->period / duration - rounding_fraction);
    cycle.rounds_per_checkpoint = static_cast<std::uint64_t>(std::max(1.0, rounds));
    cycle.checkpoint = {checkpoint->duration, checkpoint->level.of(gpu.tdp), PhaseKind::checkpoint};
  }
  return cycle;
}

bool CyclePlayer::next(WaveStep& step) {
  if (index_ == cycle_->steps.size()) {
    if (!cycle_->repeats) return false;
    if (++played_ == cycle_->rounds) return next_cycle(step);
    index_ = 0;
    if (++rounds_ == cycle_->rounds_per_checkpoint) {
      rounds_ = 0;
      step = cycle_->checkpoint;
      return true;
    }
  }
  step = cycle_->steps[index_++];
  return true;
}

/// Its pause, or its first step; false where there is none.
bool CyclePlayer::next_cycle(WaveStep& step) {
  if (cycle_ == last_) {
    --played_;  // asked again, it has still ended
    return false;
  }
  const Cycle& before = *cycle_++;
  restart();
  played_ = 0;
  if (on_cycle_) on_cycle_(before, *cycle_);
  step = cycle_->pause.duration > Seconds{} ? cycle_->pause : cycle_->steps[index_++];
  return true;
}

void CyclePlayer::restart() {
  index_ = 0;
  rounds_ = 0;
}

}  // namespace headroom

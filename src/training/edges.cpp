#include "training/edges.hpp"

#include <algorithm>
#include <utility>

#include "headroom/elementary.hpp"

namespace headroom {

Edges::Edges(std::unique_ptr<Waveform> inner, const EdgeConfig& config, Power before)
    : inner_(std::move(inner)), width_(config.time_constant * (kEdgeTimeConstants / config.stairs)), level_(before) {
  const double width = kEdgeTimeConstants / config.stairs;
  const double whole = width * (1.0 - portable::exp(-kEdgeTimeConstants));
  for (std::uint32_t k = 0; k < config.stairs; ++k)
    remaining_.push_back(portable::exp(-width * k) * (1.0 - portable::exp(-width)) / whole);
}

bool Edges::next(WaveStep& step) {
  if (!(target_.duration > Seconds{})) {
    if (!inner_->next(target_)) return false;
    height_ = level_ - target_.power;
    stair_ = height_ == Power{} ? remaining_.size() : 0;
  }
  step = target_;
  if (stair_ < remaining_.size()) {
    step.duration = std::min(width_, target_.duration);
    step.power += height_ * remaining_[stair_++];
  }
  target_.duration -= step.duration;
  level_ = step.power;
  return true;
}

}  // namespace headroom

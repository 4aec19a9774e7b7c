#pragma once

#include <memory>
#include <utility>

#include "training/waveform_config.hpp"

namespace headroom {

/// Raises the draw for a short time where compute follows something else that drew less, or begins a job. Dips are
/// part of compute and start no overshoot.
class Overshoot final : public Waveform {
 public:
  Overshoot(std::unique_ptr<Waveform> inner, const OvershootConfig& config)
      : inner_(std::move(inner)), config_(config) {}
  bool next(WaveStep& step) override;

 private:
  std::unique_ptr<Waveform> inner_;
  OvershootConfig config_;
  WaveStep before_{{}, {}, PhaseKind::idle};  ///< as the inner waveform gave it
  WaveStep rest_;                             ///< of the step that was split; no duration: nothing
  Seconds left_{};                            ///< of the overshoot
};

}  // namespace headroom

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "recording/recording.hpp"
#include "training/waveform.hpp"
#include "training/waveform_config.hpp"

namespace headroom {

/// Steps that a job runs through again and again, and its checkpoints between them.
struct Cycle {
  std::vector<WaveStep> steps;  ///< at least one
  bool repeats = true;
  std::uint64_t rounds_per_checkpoint = 0;  ///< 0: there are none
  WaveStep checkpoint;
  std::optional<Recording> recording;  ///< of a measured waveform
};

/// The iteration of a waveform without a path, with its dips and checkpoints. A compute phase of duration D with n dips
/// of width w becomes n + 1 pieces of (D - n w) / (n + 1) with the dips between.
[[nodiscard]] Cycle iteration_cycle(const WaveformConfig& config, std::uint32_t gpus, const GpuSpec& gpu);

/// Plays a cycle from its start.
class CyclePlayer final : public Waveform {
 public:
  /// The cycle must outlive the player.
  explicit CyclePlayer(const Cycle& cycle) : cycle_(cycle) {}

  bool next(WaveStep& step) override;
  /// What follows is the start of the first round.
  void restart();

 private:
  const Cycle& cycle_;
  std::size_t index_ = 0;
  std::uint64_t rounds_ = 0;  ///< since the last checkpoint
};

}  // namespace headroom

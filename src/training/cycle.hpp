#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
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
  std::uint64_t rounds = 0;            ///< after which the next cycle begins, or the waveform ends; 0: without end
  WaveStep pause{};                    ///< before the first round; of duration 0: none

  /// Of one round at the highest clock, without checkpoints.
  [[nodiscard]] Seconds round_time() const {
    Seconds sum{};
    for (const WaveStep& step : steps) sum += step.duration;
    return sum;
  }
};

/// The iteration of a waveform without a path, of these phases, with its dips and checkpoints. A compute phase of
/// duration D with n dips of width w becomes n + 1 pieces of (D - n w) / (n + 1) with the dips between.
[[nodiscard]] Cycle iteration_cycle(const WaveformConfig& config, std::span<const WaveStep> iteration,
                                    const GpuSpec& gpu);

/// Told when a job goes on with another cycle than the one before it.
using OnCycle = std::function<void(const Cycle& before, const Cycle& now)>;

/// Plays cycles one after the other, from their start.
class CyclePlayer final : public Waveform {
 public:
  /// The cycles, at least one, must outlive the player. `on_cycle` may be empty.
  explicit CyclePlayer(std::span<const Cycle> cycles, OnCycle on_cycle = {})
      : cycle_(cycles.data()), last_(&cycles.back()), on_cycle_(std::move(on_cycle)) {}

  bool next(WaveStep& step) override;
  /// What follows is the start of a round; those that were played of the cycle count.
  void restart();

 private:
  bool next_cycle(WaveStep& step);

  const Cycle* cycle_;
  const Cycle* last_;
  std::size_t index_ = 0;
  std::uint64_t rounds_ = 0;  ///< since the last checkpoint
  std::uint64_t played_ = 0;  ///< rounds of the cycle
  OnCycle on_cycle_;
};

}  // namespace headroom

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "headroom/fields.hpp"
#include "training/waveform.hpp"

namespace headroom {

/// What is left of each kind of work of an iteration, over its first.
struct WorkLeft {
  double compute_fraction = 1;        ///< of operations
  double memory_fraction = 1;         ///< of the traffic of layers that memory bounds
  double communication_fraction = 1;  ///< of the gradients
};

/// A reconfiguration at the start of an epoch, counted from 0.
struct ShrinkStep {
  std::uint32_t epoch = 0;
  WorkLeft left;
  void fields(Fields& f);
};

/// A curve by where it tends and by its mean over the epochs of the run; one of them where the time constant is known.
struct WorkCurve {
  std::optional<double> end_fraction;
  std::optional<double> mean_fraction;
  void fields(Fields& f);
};

/// What is left falls exponentially towards its end, and is held between reconfigurations (docs/training.md):
/// end + (1 - end) exp(-K floor(e / K) / tau) in epoch e.
struct ShrinkCurves {
  std::uint32_t every_epochs = 5;       ///< K
  std::optional<double> time_constant;  ///< tau, in epochs; absent: from end and mean of compute
  WorkCurve compute, memory, communication;
  void fields(Fields& f);
};

/// A job that gets cheaper while it trains: channels that have become zero are removed every few epochs (PruneTrain,
/// arXiv 1901.09290).
struct ShrinkConfig {
  std::uint32_t epochs = 1;
  std::uint64_t iterations_per_epoch = 1;
  std::vector<ShrinkStep> steps;
  std::optional<ShrinkCurves> curve;
  Seconds pause{30.0};              ///< a reconfiguration: checkpoint and restart
  double floor_fraction = 0;        ///< of every phase, which does not shrink
  double occupancy_fraction = 0.2;  ///< of the draw of compute above idle, which falls with the operations
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Epochs between two reconfigurations.
struct ShrinkStage {
  std::uint32_t epoch = 0;  ///< the first
  std::uint32_t epochs = 0;
  WorkLeft left;
};

/// The stages of a job, whose rules hold, from its start to its end.
[[nodiscard]] std::vector<ShrinkStage> stages_of(const ShrinkConfig& config);
/// An iteration of which so much work is left: its phases of compute, memory and communication, each but for the floor,
/// and the draw of compute with its operations. Phases of which nothing is left are not there.
[[nodiscard]] std::vector<WaveStep> shrunk(std::span<const WaveStep> iteration, const ShrinkConfig& config,
                                           const WorkLeft& left, Power idle);
/// What the whole run takes over one that does not shrink: means over its iterations.
[[nodiscard]] WorkLeft mean_work(const std::vector<ShrinkStage>& stages);

}  // namespace headroom

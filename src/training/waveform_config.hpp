#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/gpu.hpp"
#include "recording/record_config.hpp"
#include "training/convolution_training.hpp"
#include "training/model_training.hpp"
#include "training/power_level.hpp"
#include "training/waveform.hpp"

namespace headroom {

/// One phase of an iteration.
struct PhaseConfig {
  PhaseKind kind = PhaseKind::compute;
  Seconds duration{};
  PowerLevel level;
  void fields(Fields& f);
};

/// Short falls of the draw, spread evenly over each compute phase, of which they are a part.
struct DipsConfig {
  std::uint32_t count = 0;  ///< in each compute phase
  Seconds width{};
  double depth_fraction = 0;  ///< share of the draw of compute that is missing
  void fields(Fields& f);
};

/// More draw for a short time where compute follows something else that drew less.
struct OvershootConfig {
  double ratio = 1.1;
  Seconds duration{0.05};
  void fields(Fields& f);
};

/// A change of draw goes as a first-order response, in stairs of equal width over `kEdgeTimeConstants`.
struct EdgeConfig {
  Seconds time_constant{};
  std::uint32_t stairs = 4;
  void fields(Fields& f);
};

/// Writing a checkpoint at the end of the iteration in which the period since the last one has passed.
struct CheckpointConfig {
  Seconds period{};
  Seconds duration{};
  PowerLevel level;
  void fields(Fields& f);
};

/// What one GPU of a job draws over time: measured (`path`), or an iteration given by its phases or by what is trained.
struct WaveformConfig {
  std::string name;
  std::string source;
  std::string path;
  bool repeat = false;
  std::optional<Seconds> longest_step;
  RecordConfig record;
  std::vector<PhaseConfig> phases;
  std::optional<ModelTraining> training;
  std::optional<ConvolutionTraining> convolution;
  std::optional<DipsConfig> dips;
  std::optional<OvershootConfig> overshoot;
  std::optional<EdgeConfig> edge;
  std::optional<CheckpointConfig> checkpoint;
  void fields(Fields& f);
  void check(const Scope& scope) const;

  /// What is wrong with it, whose rules hold, as the job of that many GPUs. Reads no file.
  void check_on(std::uint32_t gpus, const GpuSpec& gpu, const Scope& scope) const;
  /// The same of these phases, as those of one of its iterations.
  void check_iteration(const std::vector<WaveStep>& steps, Power tdp, const Scope& scope) const;
  /// The phases of an iteration before dips, overshoot and edges; for a waveform without a path that passed check_on().
  [[nodiscard]] std::vector<WaveStep> iteration(std::uint32_t gpus, const GpuSpec& gpu) const;
};

}  // namespace headroom

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "training/cycle.hpp"
#include "training/job_config.hpp"

namespace headroom {

/// The waveform of a job, ready to be played by each of its cohorts. Must outlive what it plays.
class WaveformPlan {
 public:
  /// Reads the file of a measured waveform. `idle` is what a GPU draws before the job and during its restarts. Throws
  /// InputError for what WaveformConfig::check_on finds, and for an unusable file; `where` is what messages call the
  /// shape.
  WaveformPlan(const JobShape& shape, std::uint32_t gpus, const GpuSpec& gpu, Power idle, const std::string& where,
               Warnings& warnings);

  /// How a measured waveform was recorded; none of another.
  [[nodiscard]] const std::optional<Recording>& recording() const { return cycles_.front().recording; }
  /// One, or of a job that shrinks one for each of its stages.
  [[nodiscard]] const std::vector<Cycle>& cycles() const { return cycles_; }
  /// What all its epochs take over a job that does not shrink; none where it does not.
  [[nodiscard]] const std::optional<WorkLeft>& work() const { return work_; }

  /// The waveform from the job's start; equal for equal seeds and names of jobs.
  [[nodiscard]] std::unique_ptr<Waveform> play(std::uint64_t seed, std::string_view job, OnCycle on_cycle = {}) const;

 private:
  std::vector<Cycle> cycles_;
  std::optional<WorkLeft> work_;
  std::optional<FailureConfig> failures_;
  std::optional<OvershootConfig> overshoot_;
  std::optional<EdgeConfig> edge_;
  Power idle_;
};

}  // namespace headroom

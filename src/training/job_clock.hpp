#pragma once

#include <limits>

#include "model/power/gpu_power.hpp"
#include "training/waveform.hpp"

namespace headroom {

/// What holds the GPUs of a job.
struct JobLimit {
  double clock_ratio = 1.0;  ///< locked SM clock over the highest, above 0 and at most 1
  Power cap{std::numeric_limits<double>::infinity()};
  bool operator==(const JobLimit&) const = default;
};

/// How a GPU type answers to a limit on its clock or its power.
///
/// Draw at clock ratio x: idle + (P - idle) x v(x)^2, v the voltage curve of the GPU's power model: clock tree and
/// matrix products, without the share of memory that keeps its clock. Below idle nothing changes. Duration: compute /
/// x, anything else as it is, so that an iteration takes compute / x + exposed communication. Under a cap the clock
/// falls further, to the x at which the draw is the cap, but not below the lowest clock; the cap acts at once and clips
/// overshoot too.
class JobClock {
 public:
  /// `idle` is the draw that no clock changes; `lowest_ratio` that of the lowest clock, above 0.
  JobClock(const GpuPowerCoefficients& coefficients, Power idle, double lowest_ratio)
      : coefficients_(coefficients), idle_(idle), lowest_ratio_(lowest_ratio) {}

  /// The step as it runs under the limit.
  [[nodiscard]] WaveStep run(const WaveStep& step, const JobLimit& limit) const;
  /// The clock ratio that the step has under the limit.
  [[nodiscard]] double clock_ratio(Power power, const JobLimit& limit) const;

 private:
  [[nodiscard]] Power draw(Power power, double ratio) const;

  GpuPowerCoefficients coefficients_;
  Power idle_;
  double lowest_ratio_;
};

}  // namespace headroom

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "support/workload_fixtures.hpp"
#include "training/waveform_plan.hpp"

namespace headroom::test {

/// 1000 W, so that fractions of TDP read as watts; 1 TFLOP/s.
inline GpuSpec training_gpu() {
  GpuSpec gpu;
  gpu.tdp = Power(1000.0);
  gpu.fp16_flops_per_s = 1e12;
  return gpu;
}

inline constexpr Power kIdle{100.0};

inline PhaseConfig phase(PhaseKind kind, double duration_s, double tdp_fraction) {
  PhaseConfig config;
  config.kind = kind;
  config.duration = Seconds(duration_s);
  config.level.tdp_fraction = tdp_fraction;
  return config;
}

/// Compute for d T at `high`, then communication for (1 - d) T at `low`.
inline JobShape two_level(double period_s, double duty, double high, double low) {
  JobShape shape;
  shape.waveform.phases = {phase(PhaseKind::compute, duty * period_s, high),
                           phase(PhaseKind::communication, (1.0 - duty) * period_s, low)};
  return shape;
}

inline WaveformPlan plan_of(const JobShape& shape, std::uint32_t gpus = 8) {
  Warnings warnings;
  return {shape, gpus, training_gpu(), kIdle, "/job", warnings};
}

/// The first steps, at most `count`.
inline std::vector<WaveStep> steps_of(const WaveformPlan& plan, std::size_t count, std::uint64_t seed = 1) {
  const auto wave = plan.play(seed, "job");
  std::vector<WaveStep> steps;
  for (WaveStep step; steps.size() < count && wave->next(step);) steps.push_back(step);
  return steps;
}

inline std::vector<WaveStep> steps_of(const JobShape& shape, std::size_t count) {
  return steps_of(plan_of(shape), count);
}

inline Seconds duration_of(const std::vector<WaveStep>& steps) {
  Seconds sum{};
  for (const auto& step : steps) sum += step.duration;
  return sum;
}

inline Energy energy_of(const std::vector<WaveStep>& steps) {
  Energy sum{};
  for (const auto& step : steps) sum += step.power * step.duration;
  return sum;
}

/// `kind duration power` of each step, in fixed digits.
inline std::string text_of_steps(const std::vector<WaveStep>& steps) {
  std::string text;
  for (const auto& step : steps) {
    char line[96];
    std::snprintf(line, sizeof line, "%s %.6g %.6g; ", word_of(step.kind).c_str(), step.duration.value(),
                  step.power.value());
    text += line;
  }
  return text;
}

}  // namespace headroom::test

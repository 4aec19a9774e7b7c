#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "support/training_fixtures.hpp"

namespace headroom {
namespace {

double real(int low, int high, double unit) {
  return *rc::gen::inRange(low, high) * unit;
}

JobShape random_shape() {
  JobShape shape;
  const int phases = *rc::gen::inRange(1, 5);
  for (int i = 0; i < phases; ++i) {
    const auto kind = static_cast<PhaseKind>(*rc::gen::inRange(0, 4));
    shape.waveform.phases.push_back(test::phase(kind, real(1, 4000, 1e-3), real(0, 1200, 1e-3)));
  }
  if (*rc::gen::arbitrary<bool>())
    shape.waveform.overshoot = OvershootConfig{1.0 + real(0, 5, 0.1), Seconds(real(1, 300, 1e-3))};
  if (*rc::gen::arbitrary<bool>())
    shape.waveform.checkpoint =
        CheckpointConfig{Seconds(real(1, 20'000, 1e-3)), Seconds(real(1, 5000, 1e-3)), {std::nullopt, 0.3}};
  if (*rc::gen::arbitrary<bool>())
    shape.failures = FailureConfig{Seconds(real(1, 100, 1.0)), Seconds(real(1, 100, 0.1))};
  return shape;
}

/// The power at a time of steps that follow each other.
Power power_at(const std::vector<WaveStep>& steps, double time_s) {
  double end_s = 0.0;
  for (const auto& step : steps)
    if (end_s += step.duration.value(); time_s < end_s) return step.power;
  return steps.back().power;
}

RC_GTEST_PROP(WaveformProperty, StepsHaveADurationAndAPower, ()) {
  JobShape shape = random_shape();
  if (*rc::gen::arbitrary<bool>())
    shape.waveform.edge = EdgeConfig{Seconds(real(1, 20, 1e-3)), *rc::gen::inRange<std::uint32_t>(1, 9)};
  const auto steps = test::steps_of(shape, 500);
  RC_ASSERT(steps.size() == 500U);
  for (const auto& step : steps) {
    RC_ASSERT(step.duration > Seconds{});
    RC_ASSERT(step.power >= Power{});
  }
}

RC_GTEST_PROP(WaveformProperty, OvershootAndEdgesChangeNoDateOfAPhase, ()) {
  JobShape plain = random_shape();
  plain.waveform.overshoot.reset();
  JobShape shaped = plain;
  shaped.waveform.overshoot = OvershootConfig{1.2, Seconds(real(1, 300, 1e-3))};
  shaped.waveform.edge = EdgeConfig{Seconds(real(1, 20, 1e-3)), *rc::gen::inRange<std::uint32_t>(1, 9)};
  const auto reference = test::steps_of(plain, 60);
  const auto steps = test::steps_of(shaped, 2000);
  std::size_t at = 0;
  for (const auto& whole : reference) {
    double left_s = whole.duration.value();
    while (left_s > 1e-9 * whole.duration.value()) {
      RC_ASSERT(at < steps.size());
      RC_ASSERT(steps[at].kind == whole.kind);
      left_s -= steps[at++].duration.value();
    }
    while (at < steps.size() && steps[at].duration.value() < 1e-12) ++at;  // what rounding left
    RC_ASSERT(std::abs(left_s) <= 1e-9 * whole.duration.value());
  }
}

RC_GTEST_PROP(WaveformProperty, EnergyIsTheIntegral, ()) {
  const auto steps = test::steps_of(random_shape(), 80);
  const double end_s = test::duration_of(steps).value();
  double largest_w = 0.0;
  for (const auto& step : steps) largest_w = std::max(largest_w, step.power.value());
  constexpr int samples = 20'000;
  double sum_j = 0.0;
  for (int i = 0; i < samples; ++i) sum_j += power_at(steps, (i + 0.5) * end_s / samples).value() * end_s / samples;
  // a jump costs at most half a sample's width of it
  RC_ASSERT(std::abs(sum_j - test::energy_of(steps) / Energy(1.0)) <=
            0.5 * largest_w * end_s / samples * static_cast<double>(steps.size()) + 1e-9);
}

}  // namespace
}  // namespace headroom

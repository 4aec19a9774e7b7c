#include <gtest/gtest.h>

#include <cmath>

#include "support/training_fixtures.hpp"

namespace headroom {
namespace {

using test::duration_of;
using test::energy_of;
using test::phase;
using test::plan_of;
using test::steps_of;
using test::text_of_steps;
using test::two_level;

TEST(Waveform, RepeatsItsPhases) {
  EXPECT_EQ(text_of_steps(steps_of(two_level(2.0, 0.75, 1.0, 0.5), 3)),
            "compute 1.5 1000; communication 0.5 500; compute 1.5 1000; ");
}

TEST(Waveform, TakesPowerInWattsToo) {
  JobShape shape = two_level(2.0, 0.75, 1.0, 0.5);
  shape.waveform.phases[1].level = {Power(321.0), std::nullopt};
  EXPECT_EQ(steps_of(shape, 2)[1].power, Power(321.0));
}

TEST(Waveform, HasTheMeanOfItsClosedForm) {
  // d p_hi + (1 - d) p_lo = 0.768 * 1000 + 0.232 * 500 = 884
  const auto steps = steps_of(two_level(2.0, 0.768, 1.0, 0.5), 2000);
  EXPECT_NEAR(energy_of(steps) / duration_of(steps) / Power(884.0), 1.0, 1e-12);
}

TEST(Waveform, SpreadsDipsOverComputeAndKeepsItsLength) {
  JobShape shape = two_level(2.0, 0.5, 1.0, 0.5);
  shape.waveform.dips = DipsConfig{3, Seconds(0.04), 0.25};
  const auto steps = steps_of(shape, 8);
  // four pieces of (1 - 3 * 0.04) / 4 = 0.22
  EXPECT_EQ(text_of_steps(steps),
            "compute 0.22 1000; compute 0.04 750; compute 0.22 1000; compute 0.04 750; compute 0.22 1000; "
            "compute 0.04 750; compute 0.22 1000; communication 1 500; ");
  // less by count * width * depth * power = 3 * 0.04 * 0.25 * 1000 = 30 J
  EXPECT_NEAR(energy_of(steps) / Energy(1.0), 1500.0 - 30.0, 1e-9);
}

TEST(Waveform, OvershootsAtEachRiseButNotAfterDips) {
  JobShape shape = two_level(2.0, 0.5, 1.0, 0.5);
  shape.waveform.dips = DipsConfig{1, Seconds(0.2), 0.5};
  shape.waveform.overshoot = OvershootConfig{1.1, Seconds(0.05)};
  EXPECT_EQ(text_of_steps(steps_of(shape, 6)),
            "compute 0.05 1100; compute 0.35 1000; compute 0.2 500; compute 0.4 1000; communication 1 500; "
            "compute 0.05 1100; ");
}

TEST(Waveform, OvershootsNoLongerThanComputeLasts) {
  JobShape shape = two_level(0.1, 0.4, 1.0, 0.5);
  shape.waveform.overshoot = OvershootConfig{1.1, Seconds(0.05)};
  EXPECT_EQ(text_of_steps(steps_of(shape, 3)), "compute 0.04 1100; communication 0.06 500; compute 0.04 1100; ");
}

TEST(Waveform, OvershootsWhereNothingElseFallsOnlyAtTheStart) {
  JobShape shape;
  shape.waveform.phases = {phase(PhaseKind::compute, 1.0, 1.0)};
  shape.waveform.overshoot = OvershootConfig{1.2, Seconds(0.5)};
  EXPECT_EQ(text_of_steps(steps_of(shape, 3)), "compute 0.5 1200; compute 0.5 1000; compute 1 1000; ");
}

TEST(Waveform, EdgesAreStairsWithTheEnergyOfAnExponential) {
  JobShape shape = two_level(2.0, 0.5, 1.0, 0.5);
  shape.waveform.edge = EdgeConfig{Seconds(0.01), 4};
  const auto steps = steps_of(shape, 10);
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 7U, 8U}) EXPECT_NEAR(steps[i].duration.value(), 0.01, 1e-15);
  EXPECT_NEAR(steps[4].duration.value(), 0.96, 1e-12);
  EXPECT_EQ(steps[4].power, Power(1000.0));
  // from idle, 100 W: (1 - exp(-1)) / (1 - exp(-4)) = 0.643913... of 900 W remain on the mean of the first stair
  const double first = (1.0 - std::exp(-1.0)) / (1.0 - std::exp(-4.0));
  EXPECT_NEAR(steps[0].power.value(), 1000.0 - 900.0 * first, 1e-9);
  // a height of h keeps h tau back: 900 * 0.01 going up from idle, and gives 500 * 0.01 going down
  EXPECT_NEAR(energy_of({steps.begin(), steps.begin() + 5}) / Energy(1.0), 1000.0 - 9.0, 1e-9);
  EXPECT_NEAR(energy_of({steps.begin() + 5, steps.end()}) / Energy(1.0), 500.0 + 5.0, 1e-9);
}

TEST(Waveform, AnEdgeLongerThanItsPhaseIsCutThere) {
  JobShape shape = two_level(0.03, 0.5, 1.0, 0.5);
  shape.waveform.edge = EdgeConfig{Seconds(0.01), 4};
  const auto steps = steps_of(shape, 4);
  EXPECT_NEAR(steps[0].duration.value(), 0.01, 1e-15);
  EXPECT_NEAR(steps[1].duration.value(), 0.005, 1e-15);
  const double first = (1.0 - std::exp(-1.0)) / (1.0 - std::exp(-4.0));
  EXPECT_NEAR(steps[2].power.value(), 500.0 + (steps[1].power.value() - 500.0) * first, 1e-9);
}

TEST(Waveform, WritesCheckpointsAfterWholeIterations) {
  JobShape shape = two_level(2.0, 0.5, 1.0, 0.5);
  shape.waveform.checkpoint = CheckpointConfig{Seconds(5.0), Seconds(3.0), {std::nullopt, 0.2}};
  // 5 s are 3 iterations of 2 s: checkpoints at 6, 6 + 3 + 6 = 15, 24
  Seconds now{};
  std::vector<double> dates;
  for (const auto& step : steps_of(shape, 21)) {
    if (step.kind == PhaseKind::checkpoint) {
      dates.push_back(now.value());
      EXPECT_EQ(step, (WaveStep{Seconds(3.0), Power(200.0), PhaseKind::checkpoint}));
    }
    now += step.duration;
  }
  EXPECT_EQ(dates, (std::vector<double>{6.0, 15.0, 24.0}));
}

TEST(Waveform, APeriodOfWholeIterationsIsKept) {
  JobShape shape = two_level(0.3, 0.5, 1.0, 0.5);
  shape.waveform.checkpoint = CheckpointConfig{Seconds(0.9), Seconds(1.0), {std::nullopt, 0.2}};
  EXPECT_EQ(steps_of(shape, 7)[6].kind, PhaseKind::checkpoint);
  shape.waveform.checkpoint->period = Seconds(0.01);
  EXPECT_EQ(steps_of(shape, 3)[2].kind, PhaseKind::checkpoint);
}

TEST(Waveform, FailuresCutItAndBeginItAnew) {
  JobShape shape = two_level(2.0, 0.5, 1.0, 0.5);
  shape.failures = FailureConfig{Seconds(50.0), Seconds(7.0)};
  const auto plan = plan_of(shape);
  const auto steps = steps_of(plan, 20'000);
  EXPECT_EQ(steps_of(plan, 20'000), steps);
  EXPECT_NE(steps_of(plan, 20'000, 2), steps);
  double up_s = 0.0;
  int failures = 0;
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    if (steps[i].kind != PhaseKind::idle) {
      up_s += steps[i].duration.value();
      continue;
    }
    ++failures;
    EXPECT_EQ(steps[i], (WaveStep{Seconds(7.0), test::kIdle, PhaseKind::idle}));
    EXPECT_EQ(steps[i + 1].kind, PhaseKind::compute);
  }
  // about 400 failures: their mean gap is within 3 / sqrt(400) = 15 % of 50 s
  EXPECT_NEAR(up_s / failures, 50.0, 7.5);
}

TEST(StartJitter, DelaysCohortsEvenlyFromTheFirst) {
  const StartJitter jitter{Seconds(0.008), 4};
  EXPECT_EQ(jitter.delay(0), Seconds(0.0));
  EXPECT_EQ(jitter.delay(1), Seconds(0.002));
  EXPECT_EQ(jitter.delay(3), Seconds(0.006));
  EXPECT_EQ(StartJitter{}.cohort_of(1, "job", 17), 0U);
}

TEST(StartJitter, SpreadsServersOverItsCohorts) {
  const StartJitter jitter{Seconds(0.008), 4};
  std::vector<int> members(4, 0);
  int same = 0;
  for (std::uint32_t server = 0; server < 4000; ++server) {
    const auto cohort = jitter.cohort_of(7, "job", server);
    ++members.at(cohort);
    same += int{cohort == jitter.cohort_of(7, "other", server)};
  }
  // binomial with p = 1/4: 1000, standard deviation 27
  for (const int count : members) EXPECT_NEAR(count, 1000, 110);
  EXPECT_NEAR(same, 1000, 110);
}

}  // namespace
}  // namespace headroom

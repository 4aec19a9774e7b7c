#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "support/training_fixtures.hpp"
#include "training/held_curve.hpp"
#include "training/shrink_config.hpp"

namespace headroom {
namespace {

using test::phase;

ShrinkConfig by_curve(double mean, double end, std::uint32_t epochs = 90, std::uint32_t every_epochs = 5) {
  ShrinkConfig config;
  config.epochs = epochs;
  config.iterations_per_epoch = 1;
  config.curve.emplace();
  config.curve->every_epochs = every_epochs;
  config.curve->compute = {end, mean};
  config.curve->memory = config.curve->communication = {end, std::nullopt};
  return config;
}

std::string problems_of(const ShrinkConfig& config) {
  std::vector<Problem> problems;
  config.check(Scope(problems));
  std::string text;
  for (const Problem& problem : problems) text += problem.where + ": " + problem.what + "\n";
  return text;
}

/// Compute in the epochs 0, 5, 10, 15, 20 and 85.
void expect_curve(double mean, double end, double time_constant, const std::vector<double>& values) {
  EXPECT_NEAR(*HeldCurve({90, 5}).time_constant((mean - end) / (1 - end)), time_constant, 5e-4);
  const auto stages = stages_of(by_curve(mean, end));
  ASSERT_EQ(stages.size(), 18U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(stages[i].left.compute_fraction, values[i], 5e-5) << i;
  EXPECT_EQ(stages[17].epoch, 85U);
  EXPECT_NEAR(stages[17].left.compute_fraction, values[5], 5e-5);
  EXPECT_NEAR(mean_work(stages).compute_fraction, mean, 1e-12);
}

TEST(HeldCurve, IsThePublishedStaircase) {
  expect_curve(0.63, 0.47, 25.397, {1, 0.9053, 0.8275, 0.7636, 0.7111, 0.4887});
  expect_curve(0.71, 0.57, 27.947, {1, 0.9296, 0.8707, 0.8214, 0.7802, 0.5905});
  expect_curve(0.60, 0.47, 19.701, {1, 0.8812, 0.7890, 0.7175, 0.6620, 0.4771});
}

TEST(HeldCurve, GivesEndsOfOtherWorkByTheirMeans) {
  ShrinkConfig config = by_curve(0.60, 0.47);
  config.curve->memory = {std::nullopt, 0.63};
  config.curve->communication = {std::nullopt, 0.45};
  EXPECT_EQ(problems_of(config), "");
  const auto stages = stages_of(config);
  const double left = std::exp(-85 / 19.701);
  EXPECT_NEAR(stages.back().left.memory_fraction, 0.50975 + 0.49025 * left, 5e-5);
  EXPECT_NEAR(stages.back().left.communication_fraction, 0.27125 + 0.72875 * left, 5e-5);
  EXPECT_NEAR(mean_work(stages).memory_fraction, 0.63, 1e-12);
  EXPECT_NEAR(mean_work(stages).communication_fraction, 0.45, 1e-12);
}

TEST(HeldCurve, HasNoTimeConstantForMeansThatItCannotHave) {
  EXPECT_FALSE(HeldCurve({90, 5}).time_constant(1.0));
  EXPECT_FALSE(HeldCurve({90, 5}).time_constant(5.0 / 90));
  EXPECT_TRUE(HeldCurve({90, 5}).time_constant(0.06));
  EXPECT_FALSE(HeldCurve({90, 90}).time_constant(0.9));
  EXPECT_DOUBLE_EQ(HeldCurve({90, 90}).mean(20), 1.0);
  EXPECT_NEAR(HeldCurve({7, 3}).mean(10), (3 + 3 * std::exp(-0.3) + std::exp(-0.6)) / 7, 1e-15);
}

/// An iteration of 1 s with so much of each kind of work.
JobShape shaped(double compute, double memory, double communication, double fixed = 0) {
  JobShape shape;
  const auto add = [&](PhaseKind kind, double duration_s, double tdp_fraction) {
    if (duration_s > 0) shape.waveform.phases.push_back(phase(kind, duration_s, tdp_fraction));
  };
  add(PhaseKind::compute, compute, 1.0);
  add(PhaseKind::memory, memory, 0.6);
  add(PhaseKind::communication, communication, 0.3);
  add(PhaseKind::idle, fixed, 0.1);
  shape.shrink = by_curve(0.60, 0.47);
  shape.shrink->curve->memory = {std::nullopt, 0.63};
  shape.shrink->curve->communication = {std::nullopt, 0.45};
  shape.shrink->pause = Seconds{};
  return shape;
}

double whole_time(const JobShape& shape) {
  return test::duration_of(test::steps_of(shape, 1'000'000)).value();
}

TEST(Shrink, SavesThePublishedTime) {
  EXPECT_NEAR(whole_time(shaped(0.60, 0.35, 0.05)) / 90, 1 - 0.397, 5e-4);
  EXPECT_NEAR(whole_time(shaped(0.67, 0.33, 0)) / 90, 1 - 0.390, 5e-4);
  EXPECT_NEAR(whole_time(shaped(0.70, 0.20, 0.10)) / 90, 1 - 0.409, 5e-4);
}

TEST(Shrink, QuickensIterations) {
  const WaveformPlan plan = test::plan_of(shaped(0.60, 0.35, 0.05));
  ASSERT_EQ(plan.cycles().size(), 18U);
  EXPECT_NEAR(plan.cycles().back().round_time().value(), 0.481, 5e-4);
  EXPECT_NEAR(plan.cycles().front().round_time() / plan.cycles().back().round_time(), 2.08, 5e-3);
  EXPECT_NEAR(plan.work()->compute_fraction, 0.60, 1e-12);
  EXPECT_NEAR(plan.work()->communication_fraction, 0.45, 1e-12);
}

TEST(Shrink, EndsAtItsEpochsAndPausesBeforeStages) {
  JobShape shape = shaped(0.5, 0.25, 0.25);
  shape.shrink->curve.reset();
  shape.shrink->epochs = 3;
  shape.shrink->iterations_per_epoch = 2;
  shape.shrink->steps = {{2, {0.5, 0.8, 0.4}}};
  shape.shrink->pause = Seconds(7);
  // compute: 100 + 900 (0.8 + 0.2 * 0.5) = 910 W
  EXPECT_EQ(test::text_of_steps(test::steps_of(shape, 100)),
            "compute 0.5 1000; memory 0.25 600; communication 0.25 300; compute 0.5 1000; memory 0.25 600; "
            "communication 0.25 300; compute 0.5 1000; memory 0.25 600; communication 0.25 300; compute 0.5 1000; "
            "memory 0.25 600; communication 0.25 300; idle 7 100; compute 0.25 910; memory 0.2 600; communication 0.1 "
            "300; compute 0.25 910; memory 0.2 600; communication 0.1 300; ");
}

TEST(Shrink, KeepsItsFloorAndWhatIsFixed) {
  JobShape shape = shaped(0.5, 0, 0.3, 0.2);
  shape.shrink->floor_fraction = 0.5;
  const Cycle last = test::plan_of(shape).cycles().back();
  EXPECT_NEAR(last.steps[0].duration.value(), 0.5 * (0.5 + 0.5 * 0.4771), 1e-4);
  EXPECT_EQ(last.steps[2].duration.value(), 0.2);
  EXPECT_EQ(last.steps[2].power.value(), 100);
}

TEST(Shrink, WritesCheckpointsByTheIterationsOfEachStage) {
  JobShape shape = shaped(1, 0, 0);
  shape.shrink->curve.reset();
  shape.shrink->epochs = 2;
  shape.shrink->iterations_per_epoch = 4;
  shape.shrink->steps = {{1, {0.5, 0.5, 0.5}}};
  shape.waveform.checkpoint.emplace();
  shape.waveform.checkpoint->period = Seconds(2);
  shape.waveform.checkpoint->duration = Seconds(3);
  shape.waveform.checkpoint->level.tdp_fraction = 0.2;
  EXPECT_EQ(test::text_of_steps(test::steps_of(shape, 100)),
            "compute 1 1000; compute 1 1000; checkpoint 3 200; compute 1 1000; compute 1 1000; compute 0.5 910; "
            "compute 0.5 910; compute 0.5 910; compute 0.5 910; ");
}

TEST(Shrink, IsThePlainJobWhereItIsNeverReconfigured) {
  JobShape shrinking = shaped(0.60, 0.35, 0.05), plain = shrinking;
  plain.shrink.reset();
  shrinking.shrink->curve->every_epochs = 90;
  shrinking.shrink->curve->compute = {0.47, std::nullopt};
  shrinking.shrink->curve->memory = shrinking.shrink->curve->communication = {0.5, std::nullopt};
  shrinking.shrink->curve->time_constant = 20;
  EXPECT_EQ(test::steps_of(shrinking, 270), test::steps_of(plain, 270));
  EXPECT_EQ(test::steps_of(shrinking, 1000).size(), 270U);
}

TEST(Shrink, HasABestIntervalWherePausesCost) {
  const auto time_of = [](std::uint32_t every_epochs, double pause_s) {
    JobShape shape = shaped(0.60, 0.35, 0.05);
    shape.shrink->curve->every_epochs = every_epochs;
    shape.shrink->curve->time_constant = 19.701;
    shape.shrink->curve->compute = {0.47, std::nullopt};
    shape.shrink->curve->memory = {0.50975, std::nullopt};
    shape.shrink->curve->communication = {0.27125, std::nullopt};
    shape.shrink->pause = Seconds(pause_s);
    return whole_time(shape);
  };
  EXPECT_LT(time_of(1, 0), time_of(5, 0));
  EXPECT_LT(time_of(5, 0.5), time_of(1, 0.5));
  EXPECT_LT(time_of(5, 0.5), time_of(45, 0.5));
}

TEST(Shrink, GoesOnInItsStageAfterAFailure) {
  JobShape shape = shaped(1, 0, 0);
  shape.shrink->curve.reset();
  shape.shrink->epochs = 2;
  shape.shrink->iterations_per_epoch = 50;
  shape.shrink->steps = {{1, {0.5, 0.5, 0.5}}};
  shape.failures = FailureConfig{Seconds(10), Seconds(5)};
  int wholes = 0, halves = 0;
  for (const WaveStep& step : test::steps_of(shape, 100'000)) {
    wholes += step.kind == PhaseKind::compute && step.duration == Seconds(1);
    halves += step.kind == PhaseKind::compute && step.duration == Seconds(0.5) && step.power == Power(910);
  }
  EXPECT_EQ(wholes, 50);
  EXPECT_EQ(halves, 50);
}

TEST(Shrink, RefusesWhatCannotBe) {
  const auto steps = [](std::vector<ShrinkStep> list) {
    ShrinkConfig config;
    config.epochs = 10;
    config.steps = std::move(list);
    return problems_of(config);
  };
  EXPECT_EQ(steps({{5, {0.5, 0.5, 0.5}}}), "");
  EXPECT_EQ(steps({{5, {0.5, 0.5, 0.5}}, {5, {0.4, 0.4, 0.4}}}), "/steps/1/epoch: must be above the one before, 5\n");
  EXPECT_EQ(steps({{10, {0.5, 0.5, 0.5}}}), "/steps/0/epoch: is beyond the last epoch, 9 from 0\n");
  EXPECT_EQ(steps({{0, {0.5, 0.5, 0.5}}}), "/steps/0/epoch: must be at least 1: before it nothing has been removed\n");
  EXPECT_EQ(steps({{4, {0.5, 0.5, 0.5}}, {5, {0.4, 0.6, 0.4}}}),
            "/steps/1/memory_fraction: must not rise: it was 0.5\n");
  EXPECT_EQ(steps({}), ": must have either steps or curve\n");
  const std::string no_tau = problems_of(by_curve(0.4, 0.47));
  EXPECT_NE(
      no_tau.find("/curve/compute/mean_fraction: no time constant gives a mean of 0.4: it must lie between 0.499"),
      std::string::npos)
      << no_tau;
  EXPECT_NE(problems_of(by_curve(1.0, 0.47)).find("mean of 1:"), std::string::npos);
  ShrinkConfig low = by_curve(0.60, 0.47);
  low.curve->memory = {std::nullopt, 0.2};
  EXPECT_NE(problems_of(low).find("/curve/memory/mean_fraction: no end of at least 0 gives a mean of 0.2"),
            std::string::npos);
  low.curve->memory = {0.5, 0.63};
  EXPECT_NE(problems_of(low).find("/curve/memory: must have exactly one"), std::string::npos);
  low.curve->memory = {0.5, std::nullopt};
  low.curve->compute = {0.47, std::nullopt};
  EXPECT_NE(problems_of(low).find("/curve/compute: must have both"), std::string::npos);
}

TEST(ConvolutionTraining, ComputesWaitsForMemoryAndForGradients) {
  JobShape shape;
  ConvolutionTraining& training = shape.waveform.convolution.emplace();
  training.parameters = 1e6;
  training.flops_per_image = 1e9;
  training.memory_bytes_per_image = 1e8;
  training.batch_images = 800;
  training.mfu_fraction = 0.5;
  training.network_bytes_per_s = 1e7;
  training.overlap_fraction = 0.25;
  training.communication_power_fraction = 0.3;
  GpuSpec gpu = test::training_gpu();
  gpu.memory_bytes_per_s = 1e11;
  Warnings warnings;
  const WaveformPlan plan(shape, 8, gpu, test::kIdle, "/job", warnings);
  // 3 * 1e9 * 800 / (8 * 1e12 * 0.5); 1e8 * 800 / (8 * 1e11); 0.75 * 2 * (7/8) * 4e6 / 1e7
  EXPECT_EQ(test::text_of_steps(plan.cycles().front().steps),
            "compute 0.6 1000; memory 0.1 700; communication 0.525 300; ");
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <memory>

#include "model/performance/kv_sharded_model.hpp"
#include "model/performance/pipelined_model.hpp"
#include "support/fake_models.hpp"

namespace headroom {
namespace {

constexpr Hertz kTopClock{1000e6};

std::unique_ptr<test::AffinePerformance> affine(double base_s, double token_s, double context_s, double pair_s) {
  auto model = std::make_unique<test::AffinePerformance>();
  model->base_s = base_s;
  model->token_s = token_s;
  model->context_s = context_s;
  model->pair_s = pair_s;
  model->flops_per_token = 1;
  return model;
}

double lasts(const PerformanceModel& model, const StepShape& step) {
  return model.cost(step, kTopClock).duration(step.decode_context_tokens).value();
}

StepShape decodes(double sequences, double context) {
  StepShape step;
  step.decodes = sequences;
  step.decode_context_tokens = context;
  return step;
}

TEST(PipelinedModel, LetsTheNextChunkInWhenOneLeavesTheFirstStage) {
  // 100 chunks of 10 tokens, each 20 ms on all layers, 5 ms a stage: (100 + 4 - 1) x 5 ms, and 4 of them are a step.
  const PipelinedModel model(affine(0, 0.002, 0, 0), 4, Seconds());
  double sum = 0;
  for (int i = 0; i < 25; ++i) {
    StepShape step;
    step.add_prefill(1, 40, 40.0 * i);
    sum += lasts(model, step);
  }
  EXPECT_NEAR(sum, 0.515, 1e-12);
}

TEST(PipelinedModel, TakesADecodeThroughAllStages) {
  const auto whole = affine(0.01, 0.001, 1e-5, 0);
  const PipelinedModel model(affine(0.01, 0.001, 1e-5, 0), 4, Seconds(0.0005));
  EXPECT_NEAR(lasts(model, decodes(1, 100)), lasts(*whole, decodes(1, 100)) + 0.002, 1e-12);
  // Eight of them are four parts of two.
  EXPECT_NEAR(lasts(model, decodes(8, 800)), lasts(*whole, decodes(2, 200)) + 0.002, 1e-12);
}

TEST(PipelinedModel, DoesAllWorkOfAMixedStepOnce) {
  const auto whole = affine(0.01, 0.001, 0, 0);
  const PipelinedModel model(affine(0.01, 0.001, 0, 0), 4, Seconds());
  for (const double sequences : {1.0, 2.0, 8.0}) {
    StepShape step = decodes(sequences, 0);
    step.add_prefill(1, 400, 0);
    EXPECT_NEAR(4 * model.cost(step, kTopClock).flops, whole->cost(step, kTopClock).flops, 1e-9);
  }
}

TEST(PipelinedModel, SpreadsWorkOverItsStages) {
  const PipelinedModel model(affine(0.01, 0.001, 0, 0), 4, Seconds());
  EXPECT_DOUBLE_EQ(model.cost(decodes(1, 0), kTopClock).flops, 0.25);
  EXPECT_DOUBLE_EQ(model.cost(decodes(8, 0), kTopClock).flops, 2);
}

TEST(PipelinedModel, CountsThePairsOfAllItsChunks) {
  const PipelinedModel model(affine(0, 0, 0, 1e-6), 4, Seconds());
  StepShape step;
  step.add_prefill(1, 400, 1000);
  EXPECT_NEAR(lasts(model, step), 400 * (1000 + 200) * 1e-6 / 4, 1e-12);
}

TEST(PipelinedModel, AgreesWithItsCoefficientsWhileTheyHold) {
  auto inner = affine(0.01, 0.001, 1e-5, 0);
  inner->valid_to_context = 100;
  const PipelinedModel model(std::move(inner), 4, Seconds());
  const StepCost cost = model.cost(decodes(8, 200), kTopClock);
  EXPECT_EQ(cost.valid_to_context, 400);
  EXPECT_NEAR(cost.duration(300).value(), lasts(model, decodes(8, 300)), 1e-12);
}

Parallelism groups(std::uint32_t number, std::uint64_t tokens) {
  Parallelism parallelism;
  parallelism.kv_groups = number;
  parallelism.kv_group_tokens = tokens;
  parallelism.merge = Seconds();
  return parallelism;
}

TEST(KvShardedModel, DividesAttentionAndNothingElse) {
  // Attention is 0.8 of a step: two groups take 0.6 of its time.
  const auto one = affine(0.002, 0, 8e-6, 0);
  const KvShardedModel two(affine(0.002, 0, 8e-6, 0), groups(2, 500));
  EXPECT_NEAR(lasts(two, decodes(1, 1000)), 0.6 * lasts(*one, decodes(1, 1000)), 1e-12);
  const auto reads = affine(0.002, 0, 0, 1e-6);
  const KvShardedModel readers(affine(0.002, 0, 0, 1e-6), groups(2, 500));
  StepShape step;
  step.add_prefill(1, 8, 996);
  EXPECT_NEAR(lasts(readers, step), 0.6 * lasts(*reads, step), 1e-12);
}

TEST(KvShardedModel, TakesAGroupMoreAsTheContextGrows) {
  const KvShardedModel model(affine(0.002, 0, 8e-6, 0), groups(3, 500));
  EXPECT_NEAR(lasts(model, decodes(1, 500)), 0.002 + 500 * 8e-6, 1e-12);
  EXPECT_NEAR(lasts(model, decodes(1, 501)), 0.002 + 501 * 8e-6 / 2, 1e-12);
  EXPECT_NEAR(lasts(model, decodes(1, 9000)), 0.002 + 9000 * 8e-6 / 3, 1e-12);
  EXPECT_EQ(model.cost(decodes(1, 501), kTopClock).valid_to_context, 1000);
  EXPECT_DOUBLE_EQ(model.cost(decodes(3, 501), kTopClock).flops, 2);  // a third of the GPUs waits
}

TEST(KvShardedModel, PaysForMergingOnlyWhereThereIsSomethingToMerge) {
  Parallelism parallelism = groups(2, 500);
  parallelism.merge = Seconds(0.001);
  const KvShardedModel model(affine(0.002, 0, 8e-6, 0), parallelism);
  EXPECT_NEAR(lasts(model, decodes(1, 400)), 0.002 + 400 * 8e-6, 1e-12);
  EXPECT_NEAR(lasts(model, decodes(1, 800)), 0.003 + 400 * 8e-6, 1e-12);
}

}  // namespace
}  // namespace headroom

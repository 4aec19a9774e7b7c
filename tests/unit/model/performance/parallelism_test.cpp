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

/// What GPUs draw in a step beyond idle ones, over its duration: a joule for an operation, 10 for a byte.
double joules(const StepCost& cost, double context) {
  return cost.flops + cost.flops_per_context_token * context +
         10 * (cost.bytes + cost.bytes_per_context_token * context);
}

TEST(KvShardedModel, DrawsWhatItsGroupsDraw) {
  const auto made = [] {
    auto one = affine(0.002, 0.001, 8e-6, 1e-6);
    one->bytes_per_step = 7;
    one->bytes_per_context = 0.01;
    return one;
  };
  const KvShardedModel four(made(), groups(4, 500));
  const auto drawn = [&](const StepShape& step) {
    return 4 * joules(four.cost(step, kTopClock), step.decode_context_tokens);
  };
  // Chunks of 100 tokens see 2000 tokens on four groups, three decodes 400 on one, which reads the weights for both.
  StepShape readers = decodes(3, 400);
  readers.add_prefill(1, 100, 1900);
  EXPECT_NEAR(drawn(readers), 4 * (100 + 10 * 7) + 3 + 10 * 0.01 * 400, 1e-9);
  // Three decodes see 1800 tokens on four groups, a chunk of 100 on one.
  StepShape decoders = decodes(3, 1800);
  decoders.add_prefill(1, 100, 0);
  EXPECT_NEAR(drawn(decoders), 4 * (3 + 10 * 7) + 100 + 10 * 0.01 * 1800, 1e-9);
  // Two and three of them: one group is left with the decodes, and one has nothing to do.
  StepShape both = decodes(3, 1300);
  both.add_prefill(1, 100, 700);
  EXPECT_NEAR(drawn(both), 3 * (3 + 10 * 7) + 2 * 100 + 10 * 0.01 * 1300, 1e-9);
}

/// As a roofline says it: the GPU works in all of a step, a tenth of it in all-reduces.
struct BusyPerformance final : PerformanceModel {
  test::AffinePerformance of;

  [[nodiscard]] StepCost cost(const StepShape& step, Hertz clock) const override {
    StepCost cost = of.cost(step, clock);
    cost.busy = cost.base;
    cost.busy_per_context_token = cost.per_context_token;
    cost.collective = cost.busy * 0.1;
    cost.sequences = step.decodes + step.prefill_sequences;
    return cost;
  }
};

TEST(KvShardedModel, WaitsOnGroupsThatHaveDoneTheirPart) {
  auto one = std::make_unique<BusyPerformance>();
  one->of = *affine(0.002, 0.001, 8e-6, 0);
  Parallelism parallelism = groups(4, 500);
  parallelism.merge = Seconds(0.001);
  const KvShardedModel four(std::move(one), parallelism);
  StepShape step = decodes(3, 400);
  step.add_prefill(1, 100, 1900);
  const StepCost cost = four.cost(step, kTopClock);
  const double together = 0.002 + 0.103 + 8e-6 * 400, chunks = 0.002 + 0.100;
  EXPECT_NEAR(cost.duration(400).value(), together + 0.001, 1e-12);
  EXPECT_NEAR(4 * (cost.busy + cost.busy_per_context_token * 400).value(), together + 3 * chunks + 4 * 0.001, 1e-12);
  EXPECT_NEAR(4 * cost.collective.value(), 0.1 * 0.105 + 3 * 0.1 * chunks + 4 * 0.001, 1e-12);
  EXPECT_NEAR(4 * cost.sequences, 4 + 3 * 1, 1e-12);
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

#include "model/performance/roofline.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/problem.hpp"
#include "unit/model/toy.hpp"

namespace headroom {
namespace {

const Hertz top{1000};

StepShape decodes(std::uint32_t count) {
  StepShape shape;
  shape.decodes = count;
  return shape;
}

StepShape prompt(std::uint32_t tokens, std::uint32_t sequences = 1) {
  StepShape shape;
  shape.prefill_sequences = sequences;
  shape.prefill_tokens = tokens;
  shape.prefill_pairs = 0.5 * tokens * tokens / sequences;
  return shape;
}

TEST(Roofline, AddsWeightsMatricesAndContext) {
  const RooflineModel model(toy::architecture(), toy::gpu(), toy::stack(), 1);
  const StepCost cost = model.cost(decodes(3), top);
  // Weights 656 bytes at 1000 bytes/s; 3 * (576 + 80) flops at 5000 flops/s; KV 16 bytes a token.
  EXPECT_DOUBLE_EQ(cost.base.value(), 0.656 + 3 * 656 / 5000.0);
  EXPECT_DOUBLE_EQ(cost.per_context_token.value(), 0.016);
  EXPECT_DOUBLE_EQ(cost.flops, 3 * 656);
  EXPECT_DOUBLE_EQ(cost.flops_per_context_token, 32);
  EXPECT_DOUBLE_EQ(cost.bytes, 656 + 3 * 16);
  EXPECT_DOUBLE_EQ(cost.bytes_per_context_token, 16);
}

TEST(Roofline, HidesTheShorterOfStreamingAndMatrices) {
  StackCoefficients stack = toy::stack();
  stack.unoverlapped_fraction = 0.25;
  const RooflineModel model(toy::architecture(), toy::gpu(), stack, 1);
  // Matrices 2 * 656 / 5000 = 0.2624 s are the shorter; for 10 decodes they are 1.312 s, the longer.
  EXPECT_DOUBLE_EQ(model.cost(decodes(2), top).base.value(), 0.656 + 0.25 * 0.2624);
  EXPECT_DOUBLE_EQ(model.cost(decodes(10), top).base.value(), 1.312 + 0.25 * 0.656);
}

TEST(Roofline, PrefillPaysPairsPriorContextAndOneProjectionPerSequence) {
  StepShape step;
  step.prefill_sequences = 2;
  step.prefill_tokens = 10;
  step.prefill_context_tokens = 5;
  step.prefill_pairs = 40;
  const RooflineModel model(toy::architecture(), toy::gpu(), toy::stack(), 1);
  const StepCost cost = model.cost(step, top);
  // (10 * 576 + 2 * 80 + 40 * 32) flops at 5000 flops/s; weights 0.656 s; 5 tokens of KV read in 0.08 s.
  EXPECT_DOUBLE_EQ(cost.flops, 5760 + 160 + 1280);
  EXPECT_DOUBLE_EQ(cost.base.value(), 7200 / 5000.0 + 0.656 + 0.08);
  EXPECT_DOUBLE_EQ(cost.bytes, 656 + 15 * 16);
}

TEST(Roofline, AMixedStepPaysWeightsAndOverheadsOnce) {
  StackCoefficients stack = toy::stack();
  stack.step_overhead = Seconds(1);
  stack.layer_latency = Seconds(0.5);
  stack.prefill_overhead = Seconds(0.25);
  const RooflineModel model(toy::architecture(), toy::gpu(), stack, 1);
  StepShape mixed = prompt(10);
  mixed.decodes = 3;
  const double apart = (model.cost(decodes(3), top).base + model.cost(prompt(10), top).base).value();
  // Once, not twice: step 1 s, two layers 1 s, weights 0.656 s.
  EXPECT_NEAR(model.cost(mixed, top).base.value(), apart - 2.656, 1e-12);
}

TEST(Roofline, LaunchingAndTheGpuOverlapUntilContextTurnsTheBalance) {
  StackCoefficients stack = toy::stack();
  stack.layer_launch = Seconds(0.5);
  stack.unoverlapped_launch_fraction = 0.25;
  stack.sequence_overhead = Seconds(0.1);
  const RooflineModel model(toy::architecture(), toy::gpu(), stack, 1);
  StepShape step = decodes(1);
  // The GPU works 0.656 + 0.1312 = 0.7872 s and 0.016 s a context token; launching two layers takes 1 s.
  step.decode_context_tokens = 10;
  const StepCost launching = model.cost(step, top);
  EXPECT_DOUBLE_EQ(launching.duration(10).value(), 1.0 + 0.25 * (0.7872 + 0.16) + 0.1);
  EXPECT_NEAR(launching.valid_to_context, 0.2128 / 0.016, 1e-9);
  step.decode_context_tokens = 20;
  const StepCost working = model.cost(step, top);
  EXPECT_DOUBLE_EQ(working.duration(20).value(), 0.7872 + 0.32 + 0.25 * 1.0 + 0.1);
  EXPECT_FALSE(std::isfinite(working.valid_to_context));
  // Both pieces agree where they meet, and the host does not slow down with the SM clock.
  const double knee = launching.valid_to_context;
  EXPECT_NEAR(launching.duration(knee).value(), working.duration(knee).value(), 1e-12);
  step.decode_context_tokens = 0;
  EXPECT_NEAR(model.cost(step, Hertz(900)).base.value(), 1.1 + 0.25 * (0.656 * (1 + 0.2 / 9) + 0.1312 / 0.9), 1e-12);
}

TEST(Roofline, ExpertsAddTheirWorkToThatOfTheOtherMatrices) {
  Architecture mixture = toy::architecture();
  mixture.experts = {.experts = 4, .experts_per_token = 1, .feed_forward = 4};
  StackCoefficients stack = toy::stack();
  stack.experts.tile_tokens = 0;
  stack.experts.popularity_fraction = 0;
  stack.experts.kernels["bf16"] = {Seconds(0.25), 0.5, 0.5};
  const RooflineModel model(mixture, toy::gpu(), stack, 1);
  const StepCost cost = model.cost(decodes(2), top);
  const double common = mixture.common_weight_bytes(), experts = mixture.expert_weight_bytes();
  // Two tokens pass 1 - (3/4)^2 of the experts in expectation.
  EXPECT_DOUBLE_EQ(cost.bytes, common + experts * 7 / 16 + 32);
  EXPECT_DOUBLE_EQ(cost.flops, 4 * (mixture.common_layer_parameters() + mixture.expert_parameters() / 4) + 160);
  // At 1000 bytes/s and 5000 flops/s, and a quarter of a second in each of the two layers.
  const double sampled = 160;
  EXPECT_NEAR(cost.base.value(),
              common / 1000 + (4 * mixture.common_layer_parameters() + sampled) / 5000 + experts * 7 / 16 / 1000 +
                  mixture.expert_parameters() / 5000 + 0.5,
              1e-12);
}

TEST(Roofline, BytesOfWeightsDoNotChangeTheArithmetic) {
  Architecture packed = toy::architecture();
  packed.weight_bytes_each = 1;
  GpuSpec gpu = toy::gpu();
  gpu.fp8_flops_per_s = 2 * gpu.fp16_flops_per_s;
  const RooflineModel model(packed, gpu, toy::stack(), 1);
  // The 576 bytes of FP16 layers are 288; the output projection keeps its 80.
  EXPECT_DOUBLE_EQ(model.cost(decodes(3), top).base.value(), 0.368 + 3 * 656 / 5000.0);
}

TEST(Roofline, Fp8ProductsAreFasterAndQuantiseTheirActivations) {
  Architecture fp8 = toy::architecture();
  fp8.precision = Precision::fp8;
  fp8.weight_bytes_each = 1;
  StackCoefficients stack = toy::stack();
  stack.quantised["fp8"] = {1.5, Seconds(0.01), 10};
  GpuSpec gpu = toy::gpu();
  const RooflineModel without(fp8, gpu, stack, 1);
  EXPECT_DOUBLE_EQ(without.cost(decodes(3), top).base.value(), 0.368 + 3 * 656 / 5000.0);
  gpu.fp8_flops_per_s = 2 * gpu.fp16_flops_per_s;
  const StepCost cost = RooflineModel(fp8, gpu, stack, 1).cost(decodes(3), top);
  // Four products in each of two layers take 0.01 s more; a token has 2 (4 + 4 + 4 + 8) elements, each as 10 bytes at
  // 2000 bytes/s; an output projection stays at 16 bits.
  EXPECT_NEAR(cost.base.value(), 0.368 + 3 * (576 / 7500.0 + 80 / 5000.0) + 0.08 + 3 * 40 * 10 / 2000.0, 1e-12);
  EXPECT_DOUBLE_EQ(cost.flops, 3 * 656);  // one draws as much as one of 16 bits
}

TEST(Roofline, TensorParallelismDividesWorkAndAddsWaiting) {
  StackCoefficients stack = toy::stack();
  stack.layer_latency = Seconds(0.1);
  stack.parallel_latency = Seconds(0.01);
  stack.sequence_latency = Seconds(3.2);
  stack.all_reduce["2"] = {{4, Seconds(0.02)}, {12, Seconds(0.06)}};
  const RooflineModel model(toy::architecture(), toy::gpu(), stack, 2);
  const StepCost cost = model.cost(decodes(1), top);
  // Half of 0.656 and of 656 / 5000; two layers of 0.11; a sequence 3.2 * 2 / 32 / 2; four all-reduces of 8 bytes.
  EXPECT_DOUBLE_EQ(cost.base.value(), 0.328 + 0.0656 + 0.22 + 0.1 + 4 * 0.04);
  EXPECT_DOUBLE_EQ(cost.collective.value(), 0.16);
  EXPECT_DOUBLE_EQ(cost.sequences, 0.5);
  EXPECT_DOUBLE_EQ(cost.per_context_token.value(), 0.016);  // the only KV head has a copy on each GPU
  EXPECT_DOUBLE_EQ(cost.flops, 328);
}

TEST(Roofline, SomeLayersSeeAWindowOnly) {
  Architecture sliding = toy::architecture();
  sliding.sliding_layers = 1;
  sliding.sliding_window = 10;
  const RooflineModel model(sliding, toy::gpu(), toy::stack(), 1);
  StepShape step = decodes(2);
  step.decode_context_tokens = 20;
  const StepCost within = model.cost(step, top);
  EXPECT_DOUBLE_EQ(within.per_context_token.value(), 0.016);
  EXPECT_EQ(within.valid_to_context, 20);
  step.decode_context_tokens = 30;
  const StepCost beyond = model.cost(step, top);
  // Half of the layers read another token, the other half their 20.
  EXPECT_DOUBLE_EQ(beyond.per_context_token.value(), 0.008);
  EXPECT_DOUBLE_EQ(beyond.bytes_per_context_token, 8);
  EXPECT_NEAR(beyond.duration(20).value(), within.duration(20).value(), 1e-12);
  // A prompt of 40 tokens: 800 pairs, in half of the layers at most 40 * 10.
  const StepCost prefill = model.cost(prompt(40), top);
  EXPECT_DOUBLE_EQ(prefill.flops, 40 * 576 + 80 + (0.5 * 800 + 0.5 * 400) * 32);
}

TEST(Roofline, SaysHowLongTheGpuIsBusy) {
  StackCoefficients stack = toy::stack();
  stack.layer_launch = Seconds(0.5);
  stack.sequence_overhead = Seconds(0.1);
  const RooflineModel model(toy::architecture(), toy::gpu(), stack, 1);
  const StepCost cost = model.cost(decodes(1), top);
  EXPECT_DOUBLE_EQ(cost.duration(10).value(), 1.1);
  const GpuActivity activity = GpuActivity::during(cost, 10);
  EXPECT_DOUBLE_EQ(activity.busy_fraction, (0.7872 + 0.16) / 1.1);
  EXPECT_DOUBLE_EQ(activity.sequences_per_s, 1 / 1.1);
}

TEST(Roofline, AModelMayTakeADetourThroughItsEngine) {
  StackCoefficients stack = toy::stack();
  const RooflineModel straight(toy::architecture(), toy::gpu(), stack, 1);
  stack.detours["toy"] = {Seconds(0.5), Seconds(0.01)};
  const RooflineModel around(toy::architecture(), toy::gpu(), stack, 1);
  EXPECT_NEAR((around.cost(decodes(3), top).base - straight.cost(decodes(3), top).base).value(), 2 * (0.5 + 3 * 0.01),
              1e-12);
}

TEST(Roofline, GpusBeyondTheKvHeadsReadCopies) {
  Architecture grouped = toy::architecture();
  grouped.heads = 8;
  grouped.kv_heads = 2;
  const auto cost = [&](std::uint32_t tensor_parallel) {
    StepShape step = decodes(1);
    step.prefill_context_tokens = 10;
    return RooflineModel(grouped, toy::gpu(), toy::stack(), tensor_parallel).cost(step, top);
  };
  const StepCost one = cost(1), two = cost(2), four = cost(4), eight = cost(8);
  EXPECT_DOUBLE_EQ(one.bytes_per_context_token, grouped.kv_bytes_per_token());
  // Two GPUs hold a head each; on four and eight every GPU still holds a whole one, while weights and flops divide on.
  for (const StepCost* more : {&two, &four, &eight}) {
    EXPECT_DOUBLE_EQ(more->bytes_per_context_token, one.bytes_per_context_token / 2);
    EXPECT_DOUBLE_EQ(more->per_context_token.value(), one.per_context_token.value() / 2);
  }
  const double weights = grouped.common_weight_bytes();
  EXPECT_DOUBLE_EQ(one.bytes, weights + 11 * grouped.kv_bytes_per_token());
  EXPECT_DOUBLE_EQ(eight.bytes, weights / 8 + 11 * grouped.kv_bytes_per_token() / 2);
  EXPECT_DOUBLE_EQ(eight.flops, one.flops / 8);
  EXPECT_DOUBLE_EQ(eight.flops_per_context_token, one.flops_per_context_token / 8);
}

TEST(Roofline, TokensBeyondSaturationCostExtraTimeAndDrawLikeMatrices) {
  StackCoefficients stack = toy::stack();
  const RooflineModel without(toy::architecture(), toy::gpu(), stack, 2);
  stack.saturation_tokens = 6;
  stack.saturated_bytes_per_s = 320;
  const RooflineModel with(toy::architecture(), toy::gpu(), stack, 2);
  const StepCost extra = with.cost(prompt(10), top);
  const StepCost plain = without.cost(prompt(10), top);
  // 4 excess tokens * 32 bytes * 1 other GPU at 320 bytes/s = 0.4 s, in which the matrix units could do 2000 flops.
  EXPECT_NEAR((extra.base - plain.base).value(), 0.4, 1e-12);
  EXPECT_NEAR(extra.flops - plain.flops, 2000, 1e-9);
  EXPECT_EQ(with.cost(prompt(6), top).base, without.cost(prompt(6), top).base);
}

TEST(Roofline, MemoryAndComputeStretchApartAtLowerClocks) {
  const RooflineModel model(toy::architecture(), toy::gpu(), toy::stack(), 1);
  const double memory = 0.656, compute = 656 / 5000.0;
  const auto at = [&](double clock) { return model.cost(decodes(1), Hertz(clock)).base.value(); };
  // x = 0.5, the knee: memory 1 + 0.2 * 1, compute 2.
  EXPECT_DOUBLE_EQ(at(500), 1.2 * memory + 2 * compute);
  // x = 0.4: memory 1 + 0.2 * 1.5 + 1.0 * 0.5, compute 2.5.
  EXPECT_DOUBLE_EQ(at(400), 1.8 * memory + 2.5 * compute);
  // Below x = 0.25 all goes as 1/x.
  EXPECT_DOUBLE_EQ(at(125), 2 * at(250));
}

TEST(Roofline, IsAffineInContextAndSlowerAtLowerClocks) {
  const RooflineModel model(real::llama2_70b(), real::a100(), real::vllm(), 8);
  const StepCost cost = model.cost(decodes(16), Hertz(1410e6));
  EXPECT_NEAR((cost.duration(30000) - cost.duration(20000)).value(),
              (cost.duration(20000) - cost.duration(10000)).value(), 1e-15);
  double before = 0;
  for (double clock = 1410e6; clock > 100e6; clock -= 15e6) {
    const double now = model.cost(prompt(512), Hertz(clock)).base.value();
    EXPECT_GT(now, before);
    before = now;
  }
}

TEST(Roofline, ABatchOf64TakesUpToTwiceAsLongAsOne) {
  const RooflineModel model(real::llama2_70b(), real::a100(), real::vllm(), 8);
  const Hertz clock{1410e6};
  const double ratio = model.cost(decodes(64), clock).duration(64 * 576) / model.cost(decodes(1), clock).duration(576);
  EXPECT_GT(ratio, 1.4);
  EXPECT_LT(ratio, 2.0);
}

TEST(Roofline, PrefillThroughputFallsBeyond2048Tokens) {
  const RooflineModel model(real::llama2_70b(), real::a100(), real::vllm(), 8);
  const auto rate = [&](std::uint32_t sequences) {
    return 512.0 * sequences / model.cost(prompt(512 * sequences, sequences), Hertz(1410e6)).base.value();
  };
  EXPECT_GT(rate(4), rate(1));
  EXPECT_GT(rate(4), 1.2 * rate(16));
}

TEST(Roofline, AnEmptyStepCostsNothing) {
  const RooflineModel model(toy::architecture(), toy::gpu(), toy::stack(), 1);
  EXPECT_EQ(model.cost(StepShape{}, top).base, Seconds(0));
}

TEST(StackProfile, FallsBackToDefaultAndComplainsWithoutIt) {
  StackProfile profile;
  profile.name = "s";
  profile.gpus["known"].compute_fraction = 0.4;
  EXPECT_EQ(profile.on("known").compute_fraction, 0.4);
  EXPECT_THROW(static_cast<void>(profile.on("new")), InputError);
  profile.gpus["default"].compute_fraction = 0.3;
  EXPECT_EQ(profile.on("new").compute_fraction, 0.3);
  profile.gpus["default"].from_data_sheet = true;
  EXPECT_THROW(static_cast<void>(profile.on("new")), InputError);
  EXPECT_EQ(profile.on("new", true).compute_fraction, 0.3);
}

}  // namespace
}  // namespace headroom

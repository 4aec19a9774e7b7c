#include "model/performance/expert_kernels.hpp"

#include <gtest/gtest.h>

#include "unit/model/toy.hpp"

namespace headroom {
namespace {

/// Two layers of eight experts, of which a token passes two; an expert has 3 x 4 x 4 = 48 parameters.
Architecture eight_experts() {
  Architecture a = toy::architecture();
  a.experts = {.experts = 8, .experts_per_token = 2, .feed_forward = 4};
  return a;
}

ExpertCoefficients plain() {
  ExpertCoefficients c;
  c.tile_tokens = 0;
  c.popularity_fraction = 0;
  c.kernels["bf16"] = {Seconds(0.5), 0.5, 0.5};
  return c;
}

ExpertWork work(const ExpertCoefficients& coefficients, std::uint32_t gpus, double tokens) {
  return ExpertKernels(eight_experts(), toy::gpu(), coefficients, gpus).work(tokens);
}

TEST(ExpertKernels, OneTokenReadsItsExpertsAndManyReadAll) {
  const ExpertWork one = work(plain(), 1, 1);
  EXPECT_DOUBLE_EQ(one.bytes, 2 * 2 * 48 * 2);
  EXPECT_DOUBLE_EQ(one.flops, 2 * 2 * 2 * 48);
  EXPECT_DOUBLE_EQ(one.streaming_s, one.bytes / 1000);
  EXPECT_DOUBLE_EQ(one.compute_s, one.flops / 5000);
  EXPECT_DOUBLE_EQ(one.fixed_s, 1);
  EXPECT_DOUBLE_EQ(work(plain(), 1, 2).bytes, 2 * 8 * (1 - 0.75 * 0.75) * 48 * 2);
  EXPECT_NEAR(work(plain(), 1, 1000).bytes, 2 * 8 * 48 * 2, 1e-9);
}

TEST(ExpertKernels, TilesAreComputedInFullAndSortingIsPaidPerChoice) {
  ExpertCoefficients c = plain();
  c.tile_tokens = 16;
  c.sort_time = Seconds(0.01);
  const ExpertWork one = work(c, 1, 1);
  EXPECT_DOUBLE_EQ(one.flops, 2 * (2 + 2 * 16) * 2 * 48);
  EXPECT_DOUBLE_EQ(one.fixed_s, 2 * (0.5 + 2 * 0.01));
}

TEST(ExpertKernels, TheFullestOfTheGpusCounts) {
  const ExpertWork alone = work(plain(), 1, 4), spread = work(plain(), 4, 4);
  EXPECT_GT(spread.bytes, alone.bytes / 4);
  EXPECT_LT(spread.bytes, alone.bytes);
  EXPECT_GT(spread.flops, alone.flops / 4);
  // With many tokens every GPU reads all its experts, and the fullest has little more than its share of tokens.
  EXPECT_NEAR(work(plain(), 4, 1e6).bytes, work(plain(), 1, 1e6).bytes / 4, 1e-6);
  EXPECT_NEAR(work(plain(), 4, 1e6).flops / work(plain(), 1, 1e6).flops, 0.25, 1e-3);
}

TEST(ExpertKernels, PopularExpertsMakeFullerGpusThatReadFewer) {
  ExpertCoefficients skewed = plain();
  skewed.popularity_fraction = 1;
  EXPECT_LT(work(skewed, 1, 8).bytes, work(plain(), 1, 8).bytes);
  EXPECT_GT(work(skewed, 4, 1e6).flops, 1.5 * work(plain(), 4, 1e6).flops);
}

TEST(ExpertKernels, SharedByAllGpusTheyDivideEvenly) {
  ExpertCoefficients c = plain();
  c.whole_experts = false;
  EXPECT_DOUBLE_EQ(work(c, 4, 3).bytes, work(c, 1, 3).bytes / 4);
  EXPECT_DOUBLE_EQ(work(c, 4, 3).flops, work(c, 1, 3).flops / 4);
}

TEST(ExpertKernels, ADenseModelHasNone) {
  EXPECT_TRUE(ExpertKernels(toy::architecture(), toy::gpu(), plain(), 2).none());
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include "policy/builtin.hpp"
#include "support/policy_views.hpp"

namespace headroom {
namespace {

using test::chunks_of;
using test::HandmadeInstance;
using Chunks = std::vector<std::pair<int, int>>;
using Indices = std::vector<std::uint32_t>;

Choice<BatchScheduler> continuous(double budget = 1000, double batch = 8) {
  return test::chosen(builtin_batch_schedulers(), "continuous",
                      {{"prefill_budget_tokens", budget}, {"max_batch_sequences", batch}});
}

TEST(Continuous, PrefillsWholePromptsWhileDecodesPause) {
  const auto plan = HandmadeInstance(10000).decoding(100).waiting(300).waiting(700).plan_of(*continuous().value);
  EXPECT_EQ(plan.admissions, (Indices{0, 1}));
  EXPECT_EQ(chunks_of(plan), (Chunks{{1, 300}, {2, 700}}));
  EXPECT_FALSE(plan.decode);
}

TEST(Continuous, DecodesWhereNothingWaits) {
  const auto plan = HandmadeInstance(10000).decoding(100).plan_of(*continuous().value);
  EXPECT_TRUE(plan.decode);
  EXPECT_TRUE(plan.admissions.empty());
}

TEST(Continuous, PlansNothingForAnEmptyInstance) {
  const auto plan = HandmadeInstance(10000).plan_of(*continuous().value);
  EXPECT_FALSE(plan.decode);
  EXPECT_TRUE(plan.prefill.empty());
}

TEST(Continuous, StopsAtTheTokenBudget) {
  // 300 + 700 = 1000 fill the budget exactly; the next token would be one too many.
  const auto plan = HandmadeInstance(10000).waiting(300).waiting(700).waiting(1).plan_of(*continuous().value);
  EXPECT_EQ(plan.admissions, (Indices{0, 1}));
}

TEST(Continuous, DoesNotPassOverAPromptThatExceedsTheRestOfTheBudget) {
  const auto plan = HandmadeInstance(10000).waiting(300).waiting(701).waiting(1).plan_of(*continuous().value);
  EXPECT_EQ(plan.admissions, (Indices{0}));
}

TEST(Continuous, PrefillsAPromptLongerThanTheBudgetAlone) {
  const auto plan = HandmadeInstance(10000).waiting(1500).waiting(1).plan_of(*continuous().value);
  EXPECT_EQ(chunks_of(plan), (Chunks{{0, 1500}}));
}

TEST(Continuous, StopsAtTheBatchLimit) {
  const auto plan =
      HandmadeInstance(10000).decoding(10).decoding(10).waiting(5).waiting(5).plan_of(*continuous(1000, 3).value);
  EXPECT_EQ(plan.admissions, (Indices{0}));
}

TEST(Continuous, KeepsToTheLimitOfItsInstance) {
  auto instance = HandmadeInstance(10000).decoding(10).decoding(10).waiting(5).waiting(5);
  EXPECT_EQ(instance.at_most(3).plan_of(*continuous().value).admissions, (Indices{0}));
  // It admits nobody where more run than may be admitted, and those run on.
  const auto plan = instance.at_most(1).plan_of(*continuous().value);
  EXPECT_TRUE(plan.admissions.empty() && plan.preemptions.empty());
  EXPECT_TRUE(plan.decode);
}

TEST(Continuous, DecodesWhereTheBatchIsFull) {
  const auto plan = HandmadeInstance(10000).decoding(10).waiting(5).plan_of(*continuous(1000, 1).value);
  EXPECT_TRUE(plan.admissions.empty());
  EXPECT_TRUE(plan.decode);
}

TEST(Continuous, AdmitsWhatFitsBesideTheNextTokenOfEveryDecode) {
  // The decode holds 101 tokens and needs one more, the prompt 50 and its first token: 101 + 1 + 51 = 153.
  EXPECT_EQ(HandmadeInstance(153).decoding(100).waiting(50).plan_of(*continuous().value).admissions, (Indices{0}));
  const auto plan = HandmadeInstance(152).decoding(100).waiting(50).plan_of(*continuous().value);
  EXPECT_TRUE(plan.admissions.empty());
  EXPECT_TRUE(plan.decode);
}

TEST(Continuous, PreemptsTheYoungestWhereMemoryRunsOut) {
  // Three hold 101 + 51 + 21 = 173 of 175 tokens; all three need one more. The last one makes room for two.
  const auto plan = HandmadeInstance(175).decoding(100).decoding(50).decoding(20).plan_of(*continuous().value);
  EXPECT_EQ(plan.preemptions, (Indices{2}));
  EXPECT_TRUE(plan.decode);
}

TEST(Continuous, PreemptsFromTheYoungestOnUntilTheRestFits) {
  // 101 + 2 + 2 + 2 = 107 of 107: without the last there are 2 free for 3, without the last two 4 for 2.
  const auto plan =
      HandmadeInstance(107).decoding(100).decoding(1).decoding(1).decoding(1).plan_of(*continuous().value);
  EXPECT_EQ(plan.preemptions, (Indices{3, 2}));
}

TEST(Continuous, KeepsEverybodyWhereMemoryJustSuffices) {
  const auto plan = HandmadeInstance(176).decoding(100).decoding(50).decoding(20).plan_of(*continuous().value);
  EXPECT_TRUE(plan.preemptions.empty());
}

TEST(Continuous, WaitsWhereCachesUnderWayHoldTheMemory) {
  const auto plan = HandmadeInstance(100).lending(90).waiting(50).plan_of(*continuous().value);
  EXPECT_TRUE(plan.waits);
  EXPECT_FALSE(plan.decode);
  const auto full = HandmadeInstance(100).lending(79).decoding(20).plan_of(*continuous().value);
  EXPECT_EQ(full.preemptions, Indices{0});
  EXPECT_TRUE(full.waits);
}

TEST(Continuous, GoesOnWithACacheWhereNothingElseCanRun) {
  const auto plan = HandmadeInstance(100).lending(20).waiting(60).with_cache(40).plan_of(*continuous().value);
  EXPECT_EQ(plan.admissions, Indices{1});
  EXPECT_TRUE(plan.decode);
  EXPECT_FALSE(plan.waits);
}

}  // namespace
}  // namespace headroom

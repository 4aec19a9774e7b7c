#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "policy/builtin.hpp"
#include "support/policy_views.hpp"

namespace headroom {
namespace {

using test::chunks_of;
using test::HandmadeInstance;
using Chunks = std::vector<std::pair<int, int>>;
using Indices = std::vector<std::uint32_t>;

Choice<BatchScheduler> chunked(double budget = 100, double batch = 8) {
  return test::chosen(builtin_batch_schedulers(), "chunked_prefill",
                      {{"step_budget_tokens", budget}, {"max_batch_sequences", batch}});
}

TEST(ChunkedPrefill, FillsTheBudgetThatDecodesLeave) {
  // Two decodes leave 98 of 100 tokens.
  const auto plan = HandmadeInstance(10000).decoding(10).decoding(10).waiting(300).plan_of(*chunked().value);
  EXPECT_TRUE(plan.decode);
  EXPECT_EQ(plan.admissions, (Indices{0}));
  EXPECT_EQ(chunks_of(plan), (Chunks{{2, 98}}));
}

TEST(ChunkedPrefill, TakesPromptsBegunBeforeNewOnes) {
  // 40 are left of the first prompt; 60 remain for the new one.
  const auto plan = HandmadeInstance(10000).prefilling(90, 50).waiting(300).plan_of(*chunked().value);
  EXPECT_FALSE(plan.decode);
  EXPECT_EQ(chunks_of(plan), (Chunks{{0, 40}, {1, 60}}));
}

TEST(ChunkedPrefill, ContinuesAPromptWithWhatTheBudgetAllows) {
  const auto plan = HandmadeInstance(10000).prefilling(500, 100).waiting(1).plan_of(*chunked().value);
  EXPECT_EQ(chunks_of(plan), (Chunks{{0, 100}}));
  EXPECT_TRUE(plan.admissions.empty());
}

TEST(ChunkedPrefill, TakesSeveralShortPromptsInOrder) {
  const auto plan = HandmadeInstance(10000).waiting(30).waiting(60).waiting(30).waiting(1).plan_of(*chunked().value);
  EXPECT_EQ(plan.admissions, (Indices{0, 1, 2}));
  EXPECT_EQ(chunks_of(plan), (Chunks{{0, 30}, {1, 60}, {2, 10}}));
}

/// In an order of which 0.25 s and 2 s are the targets of the first two classes; others have none.
Choice<BatchScheduler> in_order(double order, double budget) {
  auto choice =
      test::chosen(builtin_batch_schedulers(), "chunked_prefill", {{"step_budget_tokens", budget}, {"order", order}});
  const std::vector<std::optional<Seconds>> targets{Seconds(0.25), Seconds(2)};
  choice.value->begin(targets);
  return choice;
}

Choice<BatchScheduler> by_deadline(double budget) {
  return in_order(1, budget);
}

TEST(ChunkedPrefill, TakesTheEarliestDeadlineFirstWhereAskedTo) {
  // Due at no time, at 2, 1.25 and 3 s.
  auto instance = HandmadeInstance(10000).decoding(9).waiting(20).arrived(0, 2).waiting(30).arrived(0, 1);
  instance.waiting(60).arrived(1, 0).waiting(5).arrived(1, 1);
  const auto some = instance.plan_of(*by_deadline(71).value);
  EXPECT_EQ(some.admissions, (Indices{1, 2}));
  EXPECT_EQ(chunks_of(some), (Chunks{{1, 10}, {2, 60}}));
  const auto all = instance.plan_of(*by_deadline(100).value);
  EXPECT_EQ(all.admissions, (Indices{0, 1, 2, 3}));
  EXPECT_EQ(chunks_of(all), (Chunks{{1, 4}, {2, 30}, {3, 60}, {4, 5}}));
  EXPECT_EQ(instance.plan_of(*chunked(71).value).admissions, (Indices{0, 1, 2}));
}

TEST(ChunkedPrefill, TakesTheFirstThatCameOfThoseDueAtOneTime) {
  auto instance = HandmadeInstance(10000).waiting(50).arrived(2, 0).waiting(60).arrived(0.25, 1);
  EXPECT_EQ(instance.plan_of(*by_deadline(40).value).admissions, (Indices{1}));
  auto without = HandmadeInstance(10000).waiting(50).arrived(2, 5).waiting(60).arrived(0.25, 5);
  EXPECT_EQ(without.plan_of(*by_deadline(40).value).admissions, (Indices{1}));
}

TEST(ChunkedPrefill, TakesTheShortestFirstOfThoseThatHaveTime) {
  auto instance = HandmadeInstance(10000).waiting(60).arrived(0, 1).waiting(20).arrived(0, 1).waiting(40).arrived(0, 5);
  EXPECT_EQ(instance.at(0.5).plan_of(*in_order(2, 20).value).admissions, (Indices{1}));
  EXPECT_EQ(instance.at(0.5).plan_of(*in_order(2, 60).value).admissions, (Indices{1, 2}))
      << "without a target, by length";
}

TEST(ChunkedPrefill, TakesThosePastHalfTheirTargetBeforeShorterOnesAndThoseThatMissedItLast) {
  auto instance =
      HandmadeInstance(10000).waiting(60).arrived(0, 1).waiting(20).arrived(1.9, 1).waiting(5).arrived(0, 0);
  EXPECT_EQ(instance.at(2).plan_of(*in_order(2, 60).value).admissions, (Indices{0})) << "1.0 s of 2 s are over";
  EXPECT_EQ(instance.at(2).plan_of(*in_order(2, 80).value).admissions, (Indices{0, 1}));
  EXPECT_EQ(instance.at(2).plan_of(*in_order(2, 85).value).admissions, (Indices{0, 1, 2}));
}

TEST(ChunkedPrefill, LooksNoPrefixesUpByDeadline) {
  EXPECT_TRUE(chunked().value->looks_up_prefixes());
  EXPECT_FALSE(by_deadline(100).value->looks_up_prefixes());
}

TEST(ChunkedPrefill, MovesAPromptByOneTokenWhereDecodesFillTheBudget) {
  const auto plan = HandmadeInstance(10000).decoding(5).decoding(5).waiting(50).plan_of(*chunked(2).value);
  EXPECT_EQ(chunks_of(plan), (Chunks{{2, 1}}));
}

TEST(ChunkedPrefill, StopsAtTheBatchLimit) {
  const auto plan = HandmadeInstance(10000).decoding(5).waiting(5).waiting(5).plan_of(*chunked(100, 2).value);
  EXPECT_EQ(plan.admissions, (Indices{0}));
}

TEST(ChunkedPrefill, KeepsToTheLimitOfItsInstance) {
  auto instance = HandmadeInstance(10000).decoding(10).decoding(10).waiting(5).waiting(5);
  EXPECT_EQ(instance.at_most(3).plan_of(*chunked().value).admissions, (Indices{0}));
  const auto plan = instance.at_most(1).plan_of(*chunked().value);
  EXPECT_TRUE(plan.admissions.empty() && plan.preemptions.empty());
  EXPECT_TRUE(plan.decode);
}

TEST(ChunkedPrefill, ReservesMemoryForTheWholePrompt) {
  // The decode holds 101 and needs 1; a prompt of 200 needs 201 although its first chunk has 99.
  EXPECT_EQ(HandmadeInstance(303).decoding(100).waiting(200).plan_of(*chunked().value).admissions, (Indices{0}));
  EXPECT_TRUE(HandmadeInstance(302).decoding(100).waiting(200).plan_of(*chunked().value).admissions.empty());
}

TEST(ChunkedPrefill, DoesNotPassOverAPromptThatDoesNotFit) {
  const auto plan = HandmadeInstance(150).decoding(100).waiting(200).waiting(1).plan_of(*chunked().value);
  EXPECT_TRUE(plan.admissions.empty());
}

TEST(ChunkedPrefill, PreemptsTheYoungestAndAdmitsNobodyThen) {
  // 101 + 51 of 152 are held, two more are needed: the second goes, though a prompt of one token would fit.
  const auto plan = HandmadeInstance(152).decoding(100).decoding(50).waiting(1).plan_of(*chunked().value);
  EXPECT_EQ(plan.preemptions, (Indices{1}));
  EXPECT_TRUE(plan.admissions.empty());
  EXPECT_TRUE(plan.decode);
}

TEST(ChunkedPrefill, PreemptsAHalfReadPromptBeforeAnOlderDecode) {
  // The prompt's whole reservation of 51 comes free.
  const auto plan = HandmadeInstance(152).decoding(100).prefilling(50, 20).plan_of(*chunked().value);
  EXPECT_EQ(plan.preemptions, (Indices{1}));
  EXPECT_TRUE(plan.prefill.empty());
  EXPECT_TRUE(plan.decode);
}

TEST(ChunkedPrefill, WaitsWhereCachesUnderWayHoldTheMemory) {
  const auto plan = HandmadeInstance(100).lending(90).waiting(50).plan_of(*chunked().value);
  EXPECT_TRUE(plan.waits);
  EXPECT_FALSE(plan.decode);
  const auto full = HandmadeInstance(100).lending(79).decoding(20).plan_of(*chunked().value);
  EXPECT_EQ(full.preemptions, Indices{0});
  EXPECT_TRUE(full.waits);
}

TEST(ChunkedPrefill, GoesOnWithACacheWhereNothingElseCanRun) {
  const auto plan = HandmadeInstance(100).lending(20).waiting(60).with_cache(40).plan_of(*chunked().value);
  EXPECT_EQ(plan.admissions, Indices{1});
  EXPECT_TRUE(plan.decode);
  EXPECT_FALSE(plan.waits);
}

}  // namespace
}  // namespace headroom

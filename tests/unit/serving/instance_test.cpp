#include "serving/instance.hpp"

#include <gtest/gtest.h>

#include "support/instance_bench.hpp"

namespace headroom {
namespace {

using test::Command;
using test::InstanceBench;
using test::request;

/// Durations are binary fractions, so that sums are exact: a prompt token takes 1/64 s, a decode step 1/16 s and 1/1024
/// s for each token of context.
InstanceBench bench() {
  InstanceBench b;
  b.performance.base_s = 0;
  b.performance.token_s = 1.0 / 64;
  return b;
}

TEST(Instance, ServesARequestAsItsModelSays) {
  InstanceBench b = bench();
  b.performance.base_s = 1.0 / 16;
  b.performance.context_s = 1.0 / 1024;
  b.start();
  b.run({request(7, 1.0, 64, 4)});
  // Prefill 1/16 + 64/64 = 1.0625 s. Three decodes at contexts 64, 65, 66: 3/16 + 3/64 + 195/1024 = 0.4248046875 s.
  const auto& done = b.observer.completions.at(7);
  EXPECT_EQ(done.first_token, 2.0625);
  EXPECT_EQ(done.finished, 2.0625 + 0.4248046875);
  EXPECT_EQ(b.instance->totals().steps, 4U);
  EXPECT_EQ(b.instance->totals().output_tokens, 4U);
  EXPECT_EQ(b.instance->outstanding(), 0U);
  EXPECT_EQ(b.instance->kv_used_tokens(), 0U);
  EXPECT_EQ(b.gaps[0].weight(), 3);
  EXPECT_NEAR(b.gaps[0].mean(), 0.4248046875 / 3, 1e-15);
}

TEST(Instance, NeedsTwoEventsForALongAnswer) {
  InstanceBench b = bench();
  b.start();
  const auto counts = b.run({request(0, 0.0, 64, 50000)});
  // Arrival, end of prefill, end of decode, and the turn that finds nothing left.
  EXPECT_EQ(counts.events, 4U);
  EXPECT_EQ(b.instance->totals().steps, 50000U);
}

TEST(Instance, FinishesARequestOfOneTokenWithItsPrefill) {
  InstanceBench b = bench();
  b.start();
  b.run({request(0, 0.0, 64, 1)});
  EXPECT_EQ(b.observer.completions.at(0).first_token, 1.0);
  EXPECT_EQ(b.observer.completions.at(0).finished, 1.0);
  EXPECT_EQ(b.instance->totals().output_tokens, 1U);
  EXPECT_TRUE(b.gaps[0].empty());
}

TEST(Instance, AdmitsANewcomerAtTheNextIterationBoundary) {
  InstanceBench b = bench();
  b.start();
  // The first is prefilled from 0 to 1 s and decodes a token every 1/64 s. The second comes at 1 s + 2.5/64, is
  // prefilled from the boundary at 1 s + 3/64 for 32/64 s; then both decode, a step of two tokens taking 2/64 s.
  b.run({request(0, 0.0, 64, 6), request(1, 1.0 + 2.5 / 64, 32, 2)});
  const double resumed = 1.0 + 3.0 / 64 + 0.5;
  EXPECT_EQ(b.observer.completions.at(1).first_token, resumed);
  EXPECT_EQ(b.observer.completions.at(1).finished, resumed + 2.0 / 64);
  EXPECT_EQ(b.observer.completions.at(0).finished, resumed + 3.0 / 64);
  // Gaps: 3 of 1/64, 0.5 + 2/64 over the stall, 1/64 for the first; 2/64 for the second.
  EXPECT_EQ(b.gaps[0].weight(), 6);
  EXPECT_EQ(b.gaps[0].max(), 0.5 + 2.0 / 64);
  EXPECT_NEAR(b.gaps[0].mean() * 6, 3.0 / 64 + 0.5 + 2.0 / 64 + 1.0 / 64 + 2.0 / 64, 1e-15);
}

TEST(Instance, KeepsTheFractionDoneWhenTheClockChanges) {
  InstanceBench b = bench();
  b.start();
  // A quarter of a 1 s prefill is done at 0.25 s; the other three quarters take 2 s each at half the clock: 1.5 s.
  b.run({request(0, 0.0, 64, 2)}, {{0.25, Command::What::clock, 500e6}});
  EXPECT_EQ(b.observer.completions.at(0).first_token, 1.75);
  EXPECT_EQ(b.observer.completions.at(0).finished, 1.75 + 2.0 / 64);
}

TEST(Instance, DoesNotScaleWhatDoesNotFollowTheClock) {
  InstanceBench b = bench();
  b.performance.base_s = 1.0;
  b.start();
  // 2 s at full clock, 3 s at half: half done at 1 s, then 1.5 s.
  b.run({request(0, 0.0, 64, 1)}, {{1.0, Command::What::clock, 500e6}});
  EXPECT_EQ(b.observer.completions.at(0).finished, 2.5);
}

TEST(Instance, FollowsSeveralClockChangesInOneIteration) {
  InstanceBench b = bench();
  b.start();
  // 0.25 s: 1/4 done. Half clock until 1.25 s: another 1/2. The last quarter at full clock: 0.25 s.
  b.run({request(0, 0.0, 64, 1)}, {{0.25, Command::What::clock, 500e6}, {1.25, Command::What::clock, 1000e6}});
  EXPECT_EQ(b.observer.completions.at(0).finished, 1.5);
}

TEST(Instance, CountsTheWholeIterationAsOneGapWhereTheClockChangedInIt) {
  InstanceBench b = bench();
  b.start();
  // First token at 1 s; one decode of 1/64 s, half done at the change, the rest twice as long: 1.5/64 s.
  b.run({request(0, 0.0, 64, 2)}, {{1.0 + 0.5 / 64, Command::What::clock, 500e6}});
  EXPECT_EQ(b.observer.completions.at(0).finished, 1.0 + 1.5 / 64);
  EXPECT_EQ(b.gaps[0].mean(), 1.5 / 64);
}

TEST(Instance, KeepsItsClockWhileIdle) {
  InstanceBench b = bench();
  b.start();
  b.run({request(0, 1.0, 64, 1)}, {{0.5, Command::What::clock, 500e6}});
  EXPECT_EQ(b.observer.completions.at(0).finished, 3.0);
}

/// A newcomer and a command at the very date at which a run of decodes begins: the command plans that run anew, and
/// must not forget the newcomer, who is to be admitted at the next boundary.
TEST(Instance, RemembersANewcomerWhenACommandComesAtTheSameDate) {
  InstanceBench b = bench();
  b.start();
  b.run({request(0, 0.0, 64, 100), request(1, 1.0, 64, 1)}, {{1.0, Command::What::cap, 300}});
  EXPECT_EQ(b.observer.completions.at(1).first_token, 1.0 + 1.0 / 64 + 1.0);
}

TEST(Instance, RejectsWhatItsQueueDoesNotHold) {
  InstanceBench b = bench();
  b.spec.max_waiting = 2;
  b.start();
  // The first is admitted at once, the next two wait, the fourth finds the queue full.
  const auto counts =
      b.run({request(0, 0.0, 64, 1), request(1, 0.5, 64, 1), request(2, 0.5, 64, 1), request(3, 0.5, 64, 1)});
  EXPECT_EQ(counts.rejected, 1U);
  EXPECT_EQ(b.observer.completions.size(), 3U);
  EXPECT_FALSE(b.observer.completions.contains(3));
}

TEST(Instance, ReportsItsLoad) {
  InstanceBench b = bench();
  Instance& instance = b.start();
  instance.offer(request(0, 0.0, 64, 5), Seconds(0));
  instance.offer(request(1, 0.0, 36, 5), Seconds(0));
  EXPECT_EQ(instance.load().outstanding, 2U);
  EXPECT_EQ(instance.load().pending_tokens, 100U);
  EXPECT_EQ(instance.kv_used_tokens(), 65U);
  instance.on_event(Seconds(1));
  EXPECT_EQ(instance.load().pending_tokens, 36U);
  EXPECT_EQ(instance.kv_used_tokens(), 65U + 37U);
  EXPECT_EQ(instance.kv_recounted_tokens(), 65U + 37U);
}

TEST(Instance, PrefillsAPreemptedRequestWithWhatItGenerated) {
  InstanceBench b = bench();
  b.spec.kv_capacity_tokens = 20;
  b.start();
  // Both prompts of 7 hold 8 tokens each; each decode adds two: 16, 18, 20, full after two steps of 2/64 s. At 14/64 +
  // 4/64 s the second is pre-empted with 3 tokens generated, and the first decodes its last two alone until 20/64 s.
  // Then the second is prefilled with 7 + 3 = 10 tokens until 30/64 s, which yields its fourth and last token.
  b.run({request(0, 0.0, 7, 5), request(1, 0.0, 7, 4)});
  EXPECT_EQ(b.instance->totals().preemptions, 1U);
  EXPECT_EQ(b.instance->totals().recomputed_tokens, 7U + 3);
  EXPECT_EQ(b.instance->totals().output_tokens, 9U);
  EXPECT_EQ(b.observer.completions.at(0).finished, 20.0 / 64);
  EXPECT_EQ(b.observer.completions.at(1).first_token, 14.0 / 64);
  EXPECT_EQ(b.observer.completions.at(1).finished, 30.0 / 64);
  EXPECT_EQ(b.gaps[0].max(), 12.0 / 64);  // from its third token to its fourth
}

TEST(Instance, LosesEverythingWhenShutDown) {
  InstanceBench b = bench();
  Instance& instance = b.start();
  instance.offer(request(0, 0.0, 64, 50), Seconds(0));
  instance.offer(request(1, 0.0, 64, 50), Seconds(0));
  instance.on_event(Seconds(1));
  instance.shut_down(Seconds(1.5));
  EXPECT_EQ(b.observer.lost_requests, 2U);
  EXPECT_EQ(instance.outstanding(), 0U);
  EXPECT_EQ(instance.kv_used_tokens(), 0U);
  EXPECT_EQ(instance.tokens_in_flight(), 0U);
  EXPECT_EQ(instance.gpu_power(), Power(0));
  EXPECT_EQ(instance.next_event(), PowerLimiter::kNever);
  instance.shut_down(Seconds(1.6));
  EXPECT_EQ(b.observer.lost_requests, 2U);
  EXPECT_FALSE(instance.offer(request(2, 2.0, 1, 1), Seconds(2)));
  EXPECT_EQ(instance.gpu_energy(Seconds(10)), instance.gpu_energy(Seconds(1.5)));
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <vector>

#include "support/instance_bench.hpp"

namespace headroom {
namespace {

using test::Command;
using test::InstanceBench;
using test::request;

/// A token takes 1/64 s, of a prompt or a decode; at work it draws 200 W, else 60 W.
InstanceBench handing_over() {
  InstanceBench b;
  b.performance.base_s = 0;
  b.performance.token_s = 1.0 / 64;
  b.power.active_w = 140;
  return b;
}

std::vector<std::uint64_t> ids(const std::vector<Sequence>& sequences) {
  std::vector<std::uint64_t> list;
  for (const Sequence& sequence : sequences) list.push_back(sequence.request.id);
  return list;
}

using Ids = std::vector<std::uint64_t>;

TEST(InstanceLife, DrawsWhatItIsToldUntilItOpensAndTakesNothingBefore) {
  InstanceBench b = handing_over();
  Instance& instance = b.start();
  instance.prepare(Power(100), Seconds(0));
  EXPECT_FALSE(instance.load().up);
  EXPECT_FALSE(instance.offer(request(0, 1, 64, 1), Seconds(1)));
  instance.prepare(Power(150), Seconds(2));
  EXPECT_EQ(instance.gpu_power(), Power(150));
  instance.open(Seconds(5));
  EXPECT_TRUE(instance.load().up);
  EXPECT_EQ(instance.gpu_power(), Power(60));
  EXPECT_EQ(instance.gpu_energy(Seconds(10)), Energy(2 * 100 + 3 * 150 + 5 * 60));
  b.run({request(0, 10, 64, 1)});
  EXPECT_EQ(b.observer.completions.at(0).finished, 11);
}

TEST(InstanceLife, DrawsNothingOnceItIsClosedAndMayOpenAgain) {
  InstanceBench b = handing_over();
  Instance& instance = b.start();
  b.run({request(0, 0, 64, 1)});
  instance.close(Seconds(3));
  EXPECT_FALSE(instance.load().up);
  EXPECT_FALSE(instance.offer(request(1, 4, 64, 1), Seconds(4)));
  EXPECT_EQ(instance.gpu_power(), Power(0));
  EXPECT_EQ(instance.next_event(), PowerLimiter::kNever);
  EXPECT_EQ(instance.gpu_energy(Seconds(9)), Energy(200 + 2 * 60));
  instance.prepare(Power(100), Seconds(10));
  instance.open(Seconds(11));
  b.run({request(1, 11, 64, 1)});
  EXPECT_EQ(b.observer.completions.at(1).finished, 12);
}

TEST(InstanceLife, EndsItsStartWithThePower) {
  InstanceBench b = handing_over();
  Instance& instance = b.start();
  instance.prepare(Power(100), Seconds(0));
  instance.shut_down(Seconds(2));
  EXPECT_EQ(instance.gpu_power(), Power(0));
  EXPECT_EQ(instance.gpu_energy(Seconds(9)), Energy(200));
}

TEST(InstanceLife, ServesAnewWhenItOpensAfterACut) {
  InstanceBench b = handing_over();
  Instance& instance = b.start();
  instance.offer(request(0, 0, 64, 50), Seconds(0));
  instance.on_event(Seconds(1));
  instance.shut_down(Seconds(1.25));
  instance.open(Seconds(2));
  b.run({request(1, 3, 64, 2)});
  EXPECT_EQ(b.observer.completions.at(1).finished, 4 + 1.0 / 64);
  EXPECT_EQ(b.gaps[0].weight(), 17);  // 16 decodes before the cut and one after it
}

TEST(InstanceLifeDeathTest, HoldsNothingWhenItCloses) {
  InstanceBench b = handing_over();
  Instance& instance = b.start();
  instance.offer(request(0, 0, 64, 1), Seconds(0));
  EXPECT_DEATH(instance.close(Seconds(0.5)), "closed while it holds requests");
  EXPECT_DEATH(instance.prepare(Power(1), Seconds(0.5)), "prepared while it holds requests");
}

TEST(InstanceOwnClock, HoldsWhereItIsBelowItsServers) {
  InstanceBench b = handing_over();
  b.start();
  // A quarter of the prefill at full clock, half of it in 1 s at half the clock, whatever the server allows; the last
  // quarter at 0.8 of the clock in 0.25 / 0.8 s.
  b.run({request(0, 0, 64, 1)}, {{.time = 0.25, .what = Command::What::own_clock, .value = 500e6},
                                 {.time = 0.5, .what = Command::What::clock, .value = 800e6},
                                 {.time = 1.25, .what = Command::What::own_clock, .value = 1000e6}});
  EXPECT_DOUBLE_EQ(b.observer.completions.at(0).finished, 1.25 + 0.25 / 0.8);
}

TEST(InstanceMaxBatch, HoldsFromTheNextBoundaryAndLetsThoseAboveItRunOn) {
  InstanceBench b = handing_over();
  Instance& instance = b.start();
  instance.set_max_batch(1, Seconds(0));
  // The first reads until 1 s and decodes. The limit of two comes in its third decode; the second is admitted at the
  // boundary, 1 s + 3/64 s, and reads for a second. Both decode on when the limit falls again, in 2/64 s each.
  const double admitted = 1 + 3.0 / 64;
  b.run({request(0, 0, 64, 100), request(1, 0.5, 64, 3), request(2, 0.5, 64, 1)},
        {{.time = 1 + 2.5 / 64, .what = Command::What::max_batch, .value = 2},
         {.time = admitted + 0.5, .what = Command::What::max_batch, .value = 1}});
  EXPECT_EQ(b.observer.completions.at(1).first_token, admitted + 1);
  EXPECT_EQ(b.observer.completions.at(1).finished, admitted + 1 + 4.0 / 64);
  // Of the first's 100 tokens, 4 come before the second and 2 beside it; the third waits for the other 94.
  EXPECT_EQ(b.observer.completions.at(2).first_token, admitted + 1 + 4.0 / 64 + 94.0 / 64 + 1);
}

TEST(InstanceHandOver, HandsBackTheNewestOfThoseThatWait) {
  InstanceBench b = handing_over();
  Instance& instance = b.start();
  for (std::uint64_t id = 0; id < 6; ++id) instance.offer(request(id, 0, 64, 10), Seconds(0));
  std::vector<Sequence> out;
  instance.hand_back_waiting(0.0, Seconds(0.25), out);
  EXPECT_EQ(ids(out), Ids());
  instance.hand_back_waiting(0.5, Seconds(0.5), out);
  EXPECT_EQ(ids(out), (Ids{3, 4, 5}));
  EXPECT_EQ(instance.load().outstanding, 3U);
  EXPECT_EQ(instance.load().pending_tokens, 3U * 64);
  EXPECT_EQ(instance.next_event(), Seconds(1));
  instance.hand_back_waiting(1.0, Seconds(0.5), out);
  EXPECT_EQ(ids(out), (Ids{3, 4, 5, 1, 2}));
  b.run({});
  EXPECT_EQ(b.observer.completions.at(0).finished, 1 + 9.0 / 64);
}

TEST(InstanceHandOver, RoundsNoWholeNumberUp) {
  InstanceBench b = handing_over();
  b.spec.max_waiting = 200;
  Instance& instance = b.start();
  for (std::uint64_t id = 0; id < 101; ++id) instance.offer(request(id, 0, 64, 10), Seconds(0));
  std::vector<Sequence> out;
  instance.hand_back_waiting(0.07, Seconds(0), out);  // 0.07 * 100 is above 7 in binary
  EXPECT_EQ(out.size(), 7U);
}

TEST(InstanceHandOver, KeepsThoseThatWaitAndHaveBegun) {
  InstanceBench b = handing_over();
  b.spec.kv_capacity_tokens = 20;
  Instance& instance = b.start();
  // As in `PrefillsAPreemptedRequestWithWhatItGenerated`: the second waits again from 18/64 s on, with three tokens.
  b.run({request(0, 0, 7, 5), request(1, 0, 7, 4), request(2, 19.0 / 64, 7, 1)},
        {{.time = 19.0 / 64, .what = Command::What::hand_back_waiting, .value = 1.0},
         {.time = 19.0 / 64, .what = Command::What::squash, .value = -1}});
  EXPECT_EQ(b.observer.completions.at(1).finished, 30.0 / 64);
  EXPECT_EQ(instance.outstanding(), 0U);
}

TEST(InstanceHandOver, TakesALongWhatARunningRequestGenerated) {
  InstanceBench b = handing_over();
  Instance& instance = b.start();
  instance.offer(request(0, 0, 64, 50), Seconds(0));
  instance.on_event(Seconds(1));
  std::vector<Sequence> out;
  const Seconds end(1 + 10.5 / 64);  // in its eleventh decode
  instance.hand_back_all(end, out);
  ASSERT_EQ(ids(out), Ids{0});
  EXPECT_EQ(out[0].generated_tokens, 11U);
  EXPECT_EQ(out[0].prompt_tokens, 64U + 11);
  EXPECT_EQ(out[0].prefilled_tokens, 0U);
  EXPECT_EQ(out[0].first_token, Seconds(1));
  EXPECT_EQ(out[0].last_token, Seconds(1 + 10.0 / 64));
  EXPECT_DOUBLE_EQ(out[0].energy.value(), 200 * end.value());
  EXPECT_EQ(instance.outstanding(), 0U);
  EXPECT_EQ(instance.load().pending_tokens, 0U);
  EXPECT_EQ(instance.kv_used_tokens(), 0U);
  EXPECT_EQ(instance.gpu_power(), Power(60));
  EXPECT_EQ(instance.next_event(), PowerLimiter::kNever);
  EXPECT_EQ(instance.totals().output_tokens, 11U);
  EXPECT_EQ(instance.totals().recomputed_tokens, 64U + 11);
  EXPECT_EQ(instance.totals().preemptions, 0U);

  // Elsewhere it reads 75 tokens, which yields its 12th, and decodes 38 more.
  InstanceBench other = handing_over();
  Instance& second = other.start();
  EXPECT_TRUE(second.resume(out[0], Seconds(2)));
  EXPECT_EQ(second.load().pending_tokens, 75U);
  other.run({});
  const auto& done = other.observer.completions.at(0);
  EXPECT_EQ(done.first_token, 1);
  EXPECT_EQ(done.finished, 2 + (75.0 + 38) / 64);
  EXPECT_DOUBLE_EQ(done.energy_j, 200 * (end.value() + (75.0 + 38) / 64));
  EXPECT_EQ(second.totals().output_tokens, 39U);
  EXPECT_EQ(b.gaps[0].weight(), 10);
  EXPECT_EQ(other.gaps[0].weight(), 39);
  EXPECT_EQ(other.gaps[0].max(), 2 + 75.0 / 64 - (1 + 10.0 / 64));
}

TEST(InstanceHandOver, CountsAStallOnceThatBeganBeforeIt) {
  InstanceBench b = handing_over();
  Instance& instance = b.start();
  instance.offer(request(0, 0, 64, 6), Seconds(0));
  instance.on_event(Seconds(1));
  instance.offer(request(1, 1, 32, 2), Seconds(1 + 2.5 / 64));
  instance.on_event(Seconds(1 + 3.0 / 64));
  instance.offer(request(2, 1, 16, 1), Seconds(1 + 4.0 / 64));
  // The first has four tokens and stands still for half of the second's prefill.
  const double at = 1 + 19.0 / 64;
  std::vector<Sequence> out;
  instance.hand_back_all(Seconds(at), out);
  EXPECT_EQ(ids(out), (Ids{0, 1, 2}));
  EXPECT_EQ(out[0].generated_tokens, 4U);
  EXPECT_DOUBLE_EQ(out[1].energy.value(), 200 * 16.0 / 64);
  for (const Sequence& sequence : {out[0], out[1]}) instance.resume(sequence, Seconds(at));
  EXPECT_EQ(instance.load().pending_tokens, 68U + 32);
  b.run({});
  // The first reads 68 tokens, then the second 32, then both decode their last in 2/64 s.
  EXPECT_EQ(b.observer.completions.at(0).finished, at + 102.0 / 64);
  EXPECT_EQ(b.observer.completions.at(1).finished, at + 102.0 / 64);
  EXPECT_EQ(b.gaps[0].weight(), 6);
  EXPECT_EQ(b.gaps[0].max(), 84.0 / 64);  // from 1 s + 3/64 s
  EXPECT_NEAR(b.gaps[0].mean() * 6, (3 + 84 + 34 + 2) / 64.0, 1e-15);
}

TEST(InstanceHandOver, ResumesOnlyWhereThereIsRoom) {
  InstanceBench b = handing_over();
  b.spec.max_waiting = 1;
  Instance& instance = b.start();
  Sequence sequence;
  sequence.request = request(0, 0, 64, 2);
  sequence.prompt_tokens = 64;
  EXPECT_TRUE(instance.resume(sequence, Seconds(0)));
  EXPECT_TRUE(instance.resume(sequence, Seconds(0)));
  EXPECT_FALSE(instance.resume(sequence, Seconds(0)));
}

TEST(InstanceHandOver, SquashesWhatItsCallerNames) {
  InstanceBench b = handing_over();
  Instance& instance = b.start();
  for (std::uint64_t id = 0; id < 4; ++id) instance.offer(request(id, 0, 64, 1), Seconds(0));
  std::vector<Sequence> out;
  instance.squash([](const Sequence& sequence) { return sequence.request.id % 2 == 0; }, Seconds(0.5), out);
  EXPECT_EQ(ids(out), Ids{2});  // the first runs
  EXPECT_EQ(instance.load().pending_tokens, 3U * 64);
}

TEST(InstanceHandOver, AsksItsSchedulerSoonWhereSomeNoLongerWait) {
  InstanceBench b = handing_over();
  b.spec.kv_capacity_tokens = 100;
  b.start();
  // A prompt that does not fit beside the first stands before one that does, until it is squashed in the third decode.
  b.run({request(0, 0, 10, 50), request(1, 0, 95, 1), request(2, 0.125, 10, 1)},
        {{.time = 12.5 / 64, .what = Command::What::squash, .value = 0.15}});
  EXPECT_EQ(b.observer.completions.at(2).first_token, 23.0 / 64);
}

/// It has never read a prompt.
TEST(InstanceHandOver, FinishesWhatOthersRead) {
  InstanceBench b = handing_over();
  Instance& instance = b.start();
  Sequence sequence;
  sequence.request = request(0, 0, 64, 5);
  sequence.prompt_tokens = sequence.prefilled_tokens = 64;
  sequence.generated_tokens = 1;
  sequence.first_token = sequence.last_token = Seconds(1);
  sequence.decode_at = InstanceId(3);
  instance.expect(sequence.request);
  EXPECT_TRUE(instance.make_room(sequence, Seconds(1)));
  instance.receive(sequence, Seconds(2));
  b.run({});
  EXPECT_EQ(b.observer.completions.at(0).finished, 2 + 4.0 / 64);
  EXPECT_EQ(b.gaps[0].max(), 1 + 1.0 / 64);
  EXPECT_TRUE(instance.is_empty());
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/problem.hpp"
#include "base/random.hpp"
#include "support/instance_bench.hpp"

namespace headroom {
namespace {

using test::Command;
using test::InstanceBench;
using test::request;

/// An instance that keeps prefixes in blocks of 16 tokens. A token takes 1/64 s, of a prompt or a decode.
struct SharingBench : InstanceBench {
  PromptPrefixes prompts{16};

  SharingBench() {
    performance.base_s = 0;
    performance.token_s = 1.0 / 64;
    spec.prompts = &prompts;
  }
  /// A request whose prompt has these blocks.
  Request of(std::uint64_t id, double arrival, std::uint32_t input, std::uint32_t output,
             const std::vector<BlockKey>& blocks) {
    prompts.add(id, blocks);
    return request(id, arrival, input, output);
  }
  /// When a request had its first token, after its arrival.
  double ttft(const Request& request) {
    return observer.completions.at(request.id).first_token - request.arrival.value();
  }
};

TEST(InstanceSharing, ComputesOnlyWhatIsNotCached) {
  SharingBench b;
  b.start();
  const Request first = b.of(0, 0, 64, 1, {1, 2, 3, 4});
  const Request longer = b.of(1, 10, 96, 1, {1, 2, 3, 4, 5, 6});
  const Request branches = b.of(2, 20, 64, 1, {1, 2, 13, 14});
  b.run({first, longer, branches});
  EXPECT_EQ(b.ttft(first), 1.0);
  EXPECT_EQ(b.ttft(longer), 0.5);
  EXPECT_EQ(b.ttft(branches), 0.5);
  EXPECT_EQ(b.instance->kv_unused_tokens(), 8U * 16) << "each block is there once";
  EXPECT_EQ(b.instance->kv_used_tokens(), 0U);
}

TEST(InstanceSharing, SkipsTheEnergyOfWhatIsCached) {
  SharingBench b;
  b.power.active_w = 140;  // 200 W at work
  b.start();
  b.run({b.of(0, 0, 64, 1, {1, 2, 3, 4}), b.of(1, 10, 96, 1, {1, 2, 3, 4, 5, 6})});
  EXPECT_EQ(b.observer.completions.at(0).energy_j, 200.0);
  EXPECT_EQ(b.observer.completions.at(1).energy_j, 100.0);
}

/// The first token needs the last position of the prompt, so the last block of one that is cached whole is read again,
/// as vLLM does.
TEST(InstanceSharing, ReadsTheLastBlockOfAPromptThatIsCachedWhole) {
  SharingBench b;
  b.start();
  const Request first = b.of(0, 0, 64, 1, {1, 2, 3, 4}), same = b.of(1, 10, 64, 1, {1, 2, 3, 4});
  const Request odd = b.of(2, 20, 65, 1, {1, 2, 3, 4, 5});
  b.run({first, same, odd});
  EXPECT_EQ(b.ttft(same), 0.25);
  EXPECT_EQ(b.ttft(odd), 1.0 / 64) << "a single token is left";
  EXPECT_EQ(b.instance->kv_unused_tokens(), 64U) << "the part of a block is not kept";
}

TEST(InstanceSharing, KnowsWhatTheOthersOfItsStepRead) {
  SharingBench b;
  b.start();
  const Request busy = b.of(0, 0, 64, 1, {101, 102, 103, 104});
  const Request first = b.of(1, 0.5, 64, 2, {1, 2, 3, 4}), second = b.of(2, 0.6, 80, 2, {1, 2, 3, 4, 5});
  b.run({busy, first, second});
  EXPECT_EQ(b.observer.completions.at(1).first_token, 1.0 + 80.0 / 64) << "64 tokens, and the last 16 of the second";
  EXPECT_EQ(b.observer.completions.at(2).first_token, 1.0 + 80.0 / 64);
}

TEST(InstanceSharing, GivesMemoryThatNobodyNeedsToWhoeverNeedsIt) {
  SharingBench b;
  b.spec.kv_capacity_tokens = 100;
  b.start();
  const Request first = b.of(0, 0, 64, 1, {1, 2, 3, 4});
  const Request other = b.of(1, 10, 64, 1, {11, 12, 13, 14});
  const Request again = b.of(2, 20, 64, 1, {1, 2, 3, 4});
  b.run({first, other, again});
  // Beside the 65 tokens of the second, two blocks of the first have room; beside those of the third, which hits them,
  // two of the second.
  EXPECT_EQ(b.ttft(other), 1.0);
  EXPECT_EQ(b.ttft(again), 0.5);
  EXPECT_EQ(b.instance->evicted_tokens(), 64U);
  EXPECT_EQ(b.instance->kv_unused_tokens(), 96U);
}

TEST(InstanceSharing, BooksMemoryForSharedBlocksOnce) {
  SharingBench b;
  b.spec.kv_capacity_tokens = 170;  // 64 shared ones, and 41 of each of two
  b.start();
  const Request first = b.of(0, 0, 96, 8, {1, 2, 3, 4, 5, 6}), second = b.of(1, 0.5, 96, 8, {1, 2, 3, 4, 15, 16});
  b.run({first, second});
  EXPECT_LT(b.observer.completions.at(1).first_token, b.observer.completions.at(0).finished) << "both run";
  EXPECT_EQ(b.instance->totals().preemptions, 0U);
}

TEST(InstanceSharing, LosesTheCacheWithItsPower) {
  SharingBench b;
  b.start();
  b.run({b.of(0, 0, 64, 1, {1, 2, 3, 4})});
  EXPECT_EQ(b.instance->kv_unused_tokens(), 64U);
  b.instance->offer(b.of(1, 10, 80, 5, {1, 2, 3, 4, 5}), Seconds(10));
  EXPECT_EQ(b.instance->kv_used_tokens(), 81U);
  b.instance->shut_down(Seconds(10.1));
  EXPECT_EQ(b.instance->kv_used_tokens() + b.instance->kv_unused_tokens(), 0U);
  b.instance->open(Seconds(20));
  const Request again = b.of(2, 20, 64, 1, {1, 2, 3, 4});
  b.run({again});
  EXPECT_EQ(b.ttft(again), 1.0);
}

TEST(InstanceSharing, LosesTheCacheWhereItHandsEverythingBackOrCloses) {
  SharingBench b;
  b.start();
  b.run({b.of(0, 0, 64, 1, {1, 2, 3, 4})});
  std::vector<Sequence> out;
  b.instance->offer(b.of(1, 10, 80, 5, {1, 2, 3, 4, 5}), Seconds(10));
  b.instance->hand_back_all(Seconds(10.1), out);
  EXPECT_EQ(b.instance->kv_used_tokens() + b.instance->kv_unused_tokens(), 0U);
  EXPECT_EQ(out.at(0).cached_tokens + out.at(0).prefilled_tokens, 0U);
  b.run({b.of(2, 20, 64, 1, {1, 2, 3, 4})});
  b.instance->close(Seconds(30));
  EXPECT_EQ(b.instance->kv_unused_tokens(), 0U);
}

TEST(InstanceSharing, KeepsWhatTravelsOnUntilItHasArrived) {
  SharingBench b;
  b.start();
  b.instance->offer(b.of(0, 0, 64, 5, {1, 2, 3, 4}), Seconds(0), InstanceId(9));
  b.instance->on_event(Seconds(1));
  std::vector<Prefilled> sent;
  b.instance->take_prefilled(sent);
  EXPECT_EQ(b.instance->kv_used_tokens(), 65U);
  EXPECT_EQ(b.instance->kv_recounted_tokens(), 65U);
  b.instance->give_back(sent.at(0).sequence, Seconds(2));
  EXPECT_EQ(b.instance->kv_used_tokens(), 0U);
  EXPECT_EQ(b.instance->kv_unused_tokens(), 64U);
}

/// A batch scheduler that passes over the first of the queue once it has looked it up.
class PassesOver : public BatchScheduler {
 public:
  bool looks_up_prefixes() const override { return true; }
  void plan(const InstanceView& view, StepPlan& plan) override {
    if (view.waiting.size() < 2) {
      plan.waits = true;
      return;
    }
    (void)view.cached(0);
    const CachedPrefix cached = view.cached(1);
    plan.admissions.push_back(1);
    plan.prefill.push_back({0, view.waiting[1].prompt_tokens - cached.tokens});
  }
};

TEST(InstanceSharing, RefusesAPlanThatCountsOnPromptsWhichAreNotRead) {
  SharingBench b;
  PassesOver scheduler;
  b.start();
  Instance instance(InstanceId(3), b.spec, scheduler, b.gaps, b.observer);
  instance.offer(b.of(0, 0, 64, 1, {1, 2, 3, 4}), Seconds(0));
  const Request same = b.of(1, 0, 64, 1, {1, 2, 3, 4});
  try {
    instance.offer(same, Seconds(0));
    FAIL() << "a plan that breaks the contract is taken";
  } catch (const PolicyError& error) {
    EXPECT_NE(std::string(error.what()).find("count on others before them"), std::string::npos) << error.what();
  }
}

/// Whatever happens: what is used is what sequences hold, and with what is cached no more than there is.
TEST(InstanceSharing, HoldsNoMoreThanThereIs) {
  std::uint64_t evicted = 0, preempted = 0, hits = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    RandomStream random(seed, "sharing");
    SharingBench b;
    b.scheduler = test::chosen(builtin_batch_schedulers(), seed % 2 == 0 ? "continuous" : "chunked_prefill", {});
    b.spec.kv_capacity_tokens = 200 + random.integer(0, 400);
    Instance& instance = b.start();
    double now = 0;
    for (std::uint64_t id = 0; id < 60; ++id) {
      const double arrival = now + random.exponential(0.5);
      while (instance.next_event().value() <= arrival) {
        now = instance.next_event().value();
        instance.on_event(Seconds(now));
        ASSERT_EQ(instance.kv_used_tokens(), instance.kv_recounted_tokens()) << seed;
        ASSERT_LE(instance.kv_used_tokens() + instance.kv_unused_tokens(), b.spec.kv_capacity_tokens) << seed;
      }
      now = arrival;
      std::vector<BlockKey> blocks;
      const auto input = static_cast<std::uint32_t>(random.integer(1, 150));
      BlockKey chain = random.integer(1, 2);
      for (std::uint32_t at = 0; at < input; at += 16) blocks.push_back(chain = chain * 5 + random.integer(0, 1));
      const Request next = b.of(id, now, input, static_cast<std::uint32_t>(random.integer(1, 40)), blocks);
      hits += instance.cached_tokens(next);
      instance.offer(next, Seconds(now));
    }
    while (instance.next_event() != PowerLimiter::kNever) instance.on_event(instance.next_event());
    EXPECT_EQ(instance.kv_used_tokens(), 0U);
    evicted += instance.evicted_tokens();
    preempted += instance.totals().preemptions;
  }
  EXPECT_GT(evicted, 1000U);
  EXPECT_GT(preempted, 100U);
  EXPECT_GT(hits, 1000U);
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "support/instance_bench.hpp"

namespace headroom {
namespace {

using test::InstanceBench;
using test::request;

/// Cancels one request when it hears of another.
class Canceller final : public test::RecordingObserver {
 public:
  Instance* instance = nullptr;
  std::uint64_t victim = 0;
  double now = 0;
  std::map<std::uint64_t, std::uint32_t> heard, left;  ///< tokens by request
  std::map<std::uint64_t, double> left_at;

  std::uint32_t progressed(InstanceId, const Sequence& sequence) override {
    heard[sequence.request.id] = sequence.generated_tokens;
    EXPECT_TRUE(instance->cancel(victim, Seconds(now)));
    EXPECT_FALSE(instance->cancel(victim, Seconds(now)));  // a second time
    return Sequence::kNever;
  }
  void cancelled(InstanceId, const Sequence& sequence, Seconds at) override {
    left[sequence.request.id] = sequence.generated_tokens;
    left_at[sequence.request.id] = at.value();
  }
};

/// Four chains of a prompt of 16 tokens; a step takes a second, whoever is in it.
struct CancelBench {
  InstanceBench bench;
  Canceller observer;
  std::unique_ptr<Instance> instance;

  explicit CancelBench(const std::vector<std::uint32_t>& lengths) {
    bench.performance.base_s = 1;
    bench.performance.token_s = 0;
    bench.spec.performance = &bench.performance;
    bench.spec.power = &bench.power;
    bench.spec.gpu = &bench.gpu;
    instance = std::make_unique<Instance>(InstanceId(0), bench.spec, *bench.scheduler.value, bench.gaps, observer);
    observer.instance = instance.get();
    for (std::size_t i = 0; i < lengths.size(); ++i) instance->offer(request(i, 0, 16, lengths[i]), Seconds());
  }
  void run() {
    while (instance->outstanding() > 0) {
      observer.now = instance->next_event().value();
      instance->on_event(instance->next_event());
    }
  }
};

// Slim-SC's example: chains of 100, 200, 300 and 800 tokens, of which the fourth is stopped at its 250th.
TEST(InstanceCancel, ShortensTheLongestChain) {
  CancelBench b({100, 200, 300, 800});
  b.observer.victim = 3;
  b.instance->report_at(3, 250);
  b.run();
  EXPECT_EQ(b.observer.heard.at(3), 250U);
  EXPECT_EQ(b.observer.left.at(3), 250U);
  EXPECT_EQ(b.observer.completions.size(), 3U);
  EXPECT_EQ(b.instance->totals().output_tokens, 850U);
  EXPECT_EQ(b.instance->kv_used_tokens(), 0U);
  EXPECT_EQ(b.instance->totals().recomputed_tokens, 0U);
  EXPECT_EQ(b.observer.completions.at(2).finished - b.observer.left_at.at(3), 50.0);
}

TEST(InstanceCancel, OfAnotherOneTakesItsTokensUpToTheBoundary) {
  CancelBench b({300, 300});
  b.observer.victim = 0;
  b.instance->report_at(1, 100);
  b.run();
  EXPECT_EQ(b.observer.heard.at(1), 100U);
  EXPECT_EQ(b.observer.completions.size(), 1U);
  EXPECT_EQ(b.instance->totals().output_tokens, 300U + b.observer.left.at(0));
  EXPECT_EQ(b.instance->kv_recounted_tokens(), 0U);
}

TEST(InstanceCancel, OneThatWaitsLeavesAtOnce) {
  CancelBench b({10, 10});
  EXPECT_TRUE(b.instance->cancel(1, Seconds()));
  EXPECT_EQ(b.observer.left.at(1), 0U);
  EXPECT_EQ(b.instance->outstanding(), 1U);
  EXPECT_FALSE(b.instance->cancel(1, Seconds()));
  EXPECT_FALSE(b.instance->cancel(7, Seconds()));
  b.run();
  EXPECT_EQ(b.instance->totals().output_tokens, 10U);
}

TEST(InstanceCancel, InMidStepLastsToItsEnd) {
  CancelBench b({100});
  b.instance->on_event(b.instance->next_event());  // the prompt, and a token
  EXPECT_TRUE(b.instance->cancel(0, Seconds(10.5)));
  EXPECT_EQ(b.instance->next_event().value(), 11.0);
  b.run();
  EXPECT_EQ(b.observer.left.at(0), 11U);
  EXPECT_EQ(b.observer.left_at.at(0), 11.0);
  EXPECT_EQ(b.instance->totals().output_tokens, 11U);
}

TEST(InstanceCancel, HandedBackMeanwhileItIsGone) {
  CancelBench b({100});
  b.instance->on_event(b.instance->next_event());
  EXPECT_TRUE(b.instance->cancel(0, Seconds(10.5)));
  std::vector<Sequence> back;
  b.instance->hand_back_all(Seconds(10.75), back);
  EXPECT_TRUE(back.empty());
  EXPECT_EQ(b.observer.left.at(0), 10U);
  EXPECT_EQ(b.instance->kv_used_tokens(), 0U);
}

}  // namespace
}  // namespace headroom

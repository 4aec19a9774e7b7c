#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "support/instance_bench.hpp"

namespace headroom {
namespace {

using test::InstanceBench;
using test::request;

/// Hears of random requests at random tokens, and then cancels some at random.
class RandomCanceller final : public test::RecordingObserver {
 public:
  explicit RandomCanceller(std::uint64_t seed) : random(seed, "cancels") {}
  RandomStream random;
  Instance* instance = nullptr;
  std::uint64_t requests = 0, marks = 0;
  double now = 0;
  std::set<std::uint64_t> asked;                ///< to leave
  std::map<std::uint64_t, std::uint32_t> left;  ///< tokens by request

  std::uint32_t progressed(InstanceId, const Sequence& sequence) override {
    ++marks;
    EXPECT_FALSE(asked.contains(sequence.request.id)) << "a cancelled one is not heard of";
    const std::uint64_t victim = random.integer(0, requests - 1);
    if (random.integer(0, 1) == 0 && instance->cancel(victim, Seconds(now))) asked.insert(victim);
    return sequence.generated_tokens + static_cast<std::uint32_t>(random.integer(1, 40));
  }
  void cancelled(InstanceId, const Sequence& sequence, Seconds) override {
    EXPECT_TRUE(left.emplace(sequence.request.id, sequence.generated_tokens).second);
  }
};

struct CancelCase {
  const char* policy;
  bool keeps_prefixes = false;
  std::uint64_t kv_tokens = 700;  ///< so that some are pre-empted
};

class Cancelled : public testing::TestWithParam<CancelCase> {};

/// Who is done, and who is cancelled, are all there were; tokens and memory add up after every event.
TEST_P(Cancelled, NothingIsLostOrKept) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    RandomCanceller observer(seed);
    RandomStream& random = observer.random;
    InstanceBench bench;
    PromptPrefixes prompts{16};
    bench.scheduler = test::chosen(builtin_batch_schedulers(), GetParam().policy, {});
    bench.spec.kv_capacity_tokens = GetParam().kv_tokens;
    bench.spec.performance = &bench.performance;
    bench.spec.power = &bench.power;
    bench.spec.gpu = &bench.gpu;
    if (GetParam().keeps_prefixes) bench.spec.prompts = &prompts;
    bench.scheduler.value->begin({});
    Instance instance(InstanceId(0), bench.spec, *bench.scheduler.value, bench.gaps, observer);
    observer.instance = &instance;
    observer.requests = 24;
    std::map<std::uint64_t, std::uint32_t> outputs;
    const auto run_until = [&](double end) {
      while (instance.next_event().value() <= end) {
        observer.now = instance.next_event().value();
        instance.on_event(instance.next_event());
        ASSERT_EQ(instance.kv_used_tokens(), instance.kv_recounted_tokens());
        ASSERT_LE(instance.kv_used_tokens(), bench.spec.kv_capacity_tokens);
      }
    };
    for (std::uint64_t id = 0; id < observer.requests; ++id) {
      const double date = 0.2 * static_cast<double>(id);
      run_until(date);
      observer.now = date;
      outputs[id] = static_cast<std::uint32_t>(random.integer(1, 150));
      if (GetParam().keeps_prefixes) prompts.add(id, std::vector<BlockKey>{1, 2, 3, 4});
      if (!instance.offer(request(id, date, 64, outputs[id]), Seconds(date))) FAIL();
      instance.report_at(id, static_cast<std::uint32_t>(random.integer(1, 150)));
    }
    run_until(1e9);
    EXPECT_EQ(instance.outstanding(), 0U);
    EXPECT_EQ(instance.kv_used_tokens(), 0U);
    EXPECT_EQ(instance.load().pending_tokens, 0U);
    EXPECT_EQ(instance.load().promised_tokens, 0U);
    EXPECT_EQ(observer.completions.size() + observer.left.size(), observer.requests);
    std::uint64_t tokens = 0;
    for (const auto& [id, output] : outputs) {
      EXPECT_NE(observer.completions.contains(id), observer.left.contains(id));
      EXPECT_EQ(observer.asked.contains(id), observer.left.contains(id));
      const auto left = observer.left.find(id);
      EXPECT_LT(left == observer.left.end() ? 0 : left->second, output);
      tokens += left == observer.left.end() ? output : left->second;
    }
    EXPECT_EQ(instance.totals().output_tokens, tokens);
    EXPECT_GT(observer.marks, 0U);
  }
}

// Splitwise pre-empts nobody: prompts that fill the memory would wait for their answers without end.
INSTANTIATE_TEST_SUITE_P(Schedulers, Cancelled,
                         testing::Values(CancelCase{"continuous"}, CancelCase{"continuous", true},
                                         CancelCase{"chunked_prefill"}, CancelCase{"chunked_prefill", true},
                                         CancelCase{"splitwise", false, 10000}, CancelCase{"sarathi"},
                                         CancelCase{"medha"}),
                         [](const auto& one) {
                           return std::string(one.param.policy) + (one.param.keeps_prefixes ? "_with_prefixes" : "");
                         });

}  // namespace
}  // namespace headroom

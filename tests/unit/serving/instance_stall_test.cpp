// What setting a clock costs an instance.
#include <gtest/gtest.h>

#include "support/instance_bench.hpp"

namespace headroom {
namespace {

using test::InstanceBench;
using test::request;

/// A prompt of 64 tokens takes 1 s, a token of its answer 1/64 s.
void start(InstanceBench& b) {
  b.performance.base_s = 0;
  b.performance.token_s = 1.0 / 64;
  b.start();
}

/// When a request of 64 tokens in and `output` out is done that is stalled by `stall_s` at the begin of each of its
/// decode steps.
double end_of(std::uint32_t output, double stall_s) {
  InstanceBench b;
  start(b);
  b.instance->offer(request(0, 0.0, 64, output), Seconds(0));
  double now = 0;
  while (b.observer.completions.empty()) {
    now = b.instance->next_event().value();
    b.instance->on_event(Seconds(now));
    if (stall_s > 0 && b.observer.completions.empty()) b.instance->stall(Seconds(stall_s), Seconds(now));
  }
  return now;
}

TEST(Stall, HoldsUpTheStepUnderWayAndNoOther) {
  InstanceBench b;
  start(b);
  b.instance->offer(request(0, 0.0, 64, 5), Seconds(0));
  b.instance->on_event(b.instance->next_event());
  b.instance->stall(Seconds(0.5), Seconds(1 + 0.5 / 64));
  while (b.observer.completions.empty()) b.instance->on_event(b.instance->next_event());
  EXPECT_NEAR(b.observer.completions.at(0).finished, 1 + 4.0 / 64 + 0.5, 1e-12);
}

TEST(Stall, OfAnIdleInstanceIsNothing) {
  InstanceBench b;
  start(b);
  b.instance->stall(Seconds(10), Seconds(1));
  EXPECT_EQ(b.instance->next_event(), PowerLimiter::kNever);
}

/// DynamoLLM's example: steps of 20 ms and 60 ms for each setting, a quarter of the throughput.
TEST(Stall, OfThreeStepsInEveryStepLeavesAQuarterOfTheThroughput) {
  const double without = end_of(65, 0) - 1, with = end_of(65, 3.0 / 64) - 1;
  EXPECT_NEAR(without / with, 0.25, 1e-12);
}

/// Of 60 ms once in 5 s.
TEST(Stall, OnceInAWhileCostsItsShare) {
  InstanceBench b;
  start(b);
  b.instance->offer(request(0, 0.0, 64, 321), Seconds(0));
  b.instance->on_event(b.instance->next_event());
  b.instance->stall(Seconds(0.06), Seconds(3));
  while (b.observer.completions.empty()) b.instance->on_event(b.instance->next_event());
  EXPECT_NEAR(b.observer.completions.at(0).finished, 1 + 320.0 / 64 + 0.06, 1e-9);
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "support/instance_bench.hpp"

namespace headroom {
namespace {

using test::Command;
using test::InstanceBench;
using test::request;

/// A prompt of 64 tokens takes 1 s. It draws 60 + `active` W at full clock, and 60 + active * x^2 W at a clock ratio x.
InstanceBench bench(double active_w) {
  InstanceBench b;
  b.performance.base_s = 0;
  b.performance.token_s = 1.0 / 64;
  b.power.active_w = active_w;
  return b;
}

/// The power and date of every run, e.g. "0-0.25:400".
std::vector<std::array<double, 3>> powers(const InstanceBench& b) {
  std::vector<std::array<double, 3>> list;
  for (const auto& run : b.observer.runs) list.push_back({run.from, run.to, run.gpu_power});
  return list;
}

TEST(InstancePower, DrawsIdlePowerWithItsModelLoaded) {
  InstanceBench b = bench(140);
  b.spec.tensor_parallel = 4;
  Instance& instance = b.start();
  EXPECT_EQ(instance.gpu_power(), Power(240));
  EXPECT_EQ(instance.gpu_energy(Seconds(10)), Energy(2400));
}

TEST(InstancePower, BooksIdleAndActiveEnergy) {
  InstanceBench b = bench(140);
  b.spec.tensor_parallel = 2;
  b.start();
  b.run({request(0, 3.0, 64, 1)});
  // 2 GPUs: 3 s at 60 W, 1 s at 200 W, 1 s at 60 W.
  EXPECT_DOUBLE_EQ(b.instance->gpu_energy(Seconds(5)).value(), 2 * (3 * 60 + 200 + 60));
  EXPECT_DOUBLE_EQ(b.observer.completions.at(0).energy_j, 2 * 200);
}

TEST(InstancePower, SharesTheEnergyOfAStepByTokens) {
  InstanceBench b = bench(140);
  b.start();
  // Both come while a third is prefilled, and are prefilled together: 16 + 48 tokens, 1 s at 200 W.
  b.run({request(0, 0.0, 64, 1), request(1, 0.5, 16, 1), request(2, 0.5, 48, 1)});
  EXPECT_DOUBLE_EQ(b.observer.completions.at(1).energy_j, 50);
  EXPECT_DOUBLE_EQ(b.observer.completions.at(2).energy_j, 150);
}

TEST(InstancePower, LowersTheClockUntilItFitsTheTdp) {
  InstanceBench b = bench(680);
  b.start();
  b.run({request(0, 0.0, 64, 1)});
  // 60 + 680 x^2 = 400 at x = sqrt(1/2): the prefill takes sqrt(2) s at TDP.
  ASSERT_EQ(b.observer.runs.size(), 1U);
  EXPECT_NEAR(b.observer.runs[0].gpu_power, 400, 400 * 2e-6);
  EXPECT_LE(b.observer.runs[0].gpu_power, 400);
  EXPECT_NEAR(b.observer.completions.at(0).finished, std::sqrt(2.0), 3e-6);
}

TEST(InstancePower, LetsACapActAfterItsResponseTime) {
  InstanceBench b = bench(140);
  b.start();
  // The cap of 95 W is 60 + 140 x^2 at x = 1/2. It acts 0.25 s into the prefill, whose other 3/4 then take 2 s each.
  b.run({request(0, 1.0, 64, 1)}, {{0.0, Command::What::cap, 95}});
  const auto runs = powers(b);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0], (std::array{1.0, 1.25, 200.0}));
  EXPECT_EQ(runs[1][0], 1.25);
  EXPECT_NEAR(runs[1][2], 95, 95 * 3e-6);
  EXPECT_NEAR(b.observer.completions.at(0).finished, 1.25 + 1.5, 1e-5);
}

TEST(InstancePower, LetsASpikeShorterThanTheResponseEscapeTheCap) {
  InstanceBench b = bench(140);
  b.start();
  b.run({request(0, 0.0, 15, 1), request(1, 1.0, 15, 1)}, {{0.0, Command::What::cap, 95}});
  EXPECT_EQ(b.observer.completions.at(0).finished, 15.0 / 64);
  EXPECT_EQ(b.observer.completions.at(1).finished, 1.0 + 15.0 / 64);
}

TEST(InstancePower, KeepsAThermalLimitAtOnceAndGivesTheClockBack) {
  InstanceBench b = bench(140);
  b.start();
  // A quarter of the prefill at full clock; half of it at half the clock in 1 s; the rest in 0.25 s.
  b.run({request(0, 0.0, 64, 1)}, {{0.25, Command::What::heat, 95}, {1.25, Command::What::cool, 0}});
  const auto runs = powers(b);
  ASSERT_EQ(runs.size(), 3U);
  EXPECT_NEAR(runs[1][2], 95, 95 * 3e-6);
  EXPECT_LE(runs[1][2], 95);
  EXPECT_EQ(runs[2][2], 200);
  EXPECT_NEAR(b.observer.completions.at(0).finished, 1.5, 1e-5);
}

TEST(InstancePower, GivesTheClockBackWhenTheCapIsTakenBack) {
  InstanceBench b = bench(140);
  b.spec.limits.cap_response = Seconds(0);
  b.start();
  // Half the clock for 1 s does half of the prefill; the rest takes 0.5 s.
  b.run({request(0, 0.0, 64, 1)}, {{0.0, Command::What::cap, 95}, {1.0, Command::What::uncap, 0}});
  EXPECT_NEAR(b.observer.completions.at(0).finished, 1.5, 1e-5);
}

TEST(InstancePower, LetsARisingEdgeOvershootTheTdp) {
  InstanceBench b = bench(680);
  b.spec.limits.overshoot_ratio = 1.1;
  b.spec.limits.overshoot = Seconds(0.0625);
  b.start();
  b.run({request(0, 0.0, 64, 1)});
  const auto runs = powers(b);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0][1], 0.0625);
  EXPECT_NEAR(runs[0][2], 440, 440 * 3e-6);
  EXPECT_NEAR(runs[1][2], 400, 400 * 3e-6);
}

TEST(InstancePower, RunsNoSlowerThanItsLowestClock) {
  InstanceBench b = bench(140);
  b.spec.limits.cap_response = Seconds(0);
  b.start();
  b.run({request(0, 0.0, 64, 1)}, {{0.0, Command::What::cap, 10}});
  EXPECT_EQ(b.observer.runs.back().clock, 100e6);
  EXPECT_NEAR(b.observer.completions.at(0).finished, 10.0, 1e-9);
}

TEST(InstancePower, EvaluatesItsDrawAnewWhenContextMovedIt) {
  InstanceBench b = bench(0);
  b.performance.base_s = 1.0 / 64;
  b.performance.token_s = 0;
  b.performance.bytes_per_context = 1.0 / 64;
  b.power.joule_per_byte = 1.0;
  b.start();
  // A decode lasts 1/64 s and moves 1 + C/64 bytes: the draw rises by 1 W a token, and a piece may drift by 2 W.
  b.run({request(0, 0.0, 1, 101)});
  double largest_step = 0;
  std::uint64_t steps = 0;
  for (std::size_t i = 1; i < b.observer.runs.size(); ++i) {
    const auto& run = b.observer.runs[i];
    EXPECT_LE(run.steps, 3U);
    steps += run.steps;
    if (i > 1) largest_step = std::max(largest_step, run.gpu_power - b.observer.runs[i - 1].gpu_power);
  }
  EXPECT_EQ(steps, 100U);
  EXPECT_NEAR(largest_step, 3, 1e-9);
}

}  // namespace
}  // namespace headroom

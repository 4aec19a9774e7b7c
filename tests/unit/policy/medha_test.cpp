#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "policy/builtin.hpp"
#include "support/instance_bench.hpp"
#include "support/policy_views.hpp"

namespace headroom {
namespace {

using test::chunks_of;
using test::HandmadeInstance;
using test::InstanceBench;
using test::request;
using Numbers = std::map<std::string, double>;

// Expected numbers are those of the mini-examples that go with arXiv 2409.17264.

enum { kLars, kEdf, kLrs, kFcfs };

Choice<BatchScheduler> medha(Numbers numbers = {}) {
  return test::chosen(builtin_batch_schedulers(), "medha", std::move(numbers));
}

/// A server that works at rate 1 without batching, in slices of 0.02 s: one token a slice, whose time counts as 1, so
/// that all sums are exact. Prompts come just before a slice ends, and are in time as long after, so that the next one
/// may be theirs.
constexpr double kSlice = 0.02;
constexpr double kJustBefore = 1.0 / (1 << 20);

class Slices {
 public:
  Slices(int order, double long_deadline_s, double short_deadline_s) {
    bench_.performance.base_s = 0;
    bench_.performance.token_s = 1;
    bench_.gaps.resize(2);
    bench_.spec.max_waiting = 100;
    bench_.scheduler =
        medha({{"order", order}, {"time_budget_ms", 1}, {"max_prefills", 1}, {"long_yield_fraction", 0}});
    const std::vector<std::optional<Seconds>> targets{Seconds(slices(long_deadline_s)),
                                                      Seconds(slices(short_deadline_s) + kJustBefore)};
    bench_.scheduler.value->begin(targets);
    bench_.start();
  }

  Slices& prompt(double arrival_s, double work_s, std::size_t request_class) {
    const double before = arrival_s > 0 ? kJustBefore : 0;
    arrivals_.push_back(request(arrivals_.size(), slices(arrival_s) - before, slices(work_s), 1));
    arrivals_.back().request_class = ClassId(request_class);
    return *this;
  }
  /// When each ended, to 10 ms.
  std::vector<double> ends() {
    bench_.run(arrivals_);
    std::vector<double> ends;
    for (const auto& [id, done] : bench_.observer.completions) ends.push_back(std::round(done.finished * 2) / 100);
    return ends;
  }
  [[nodiscard]] double arrival_s(std::size_t i) const { return arrivals_[i].arrival.value() * kSlice; }

 private:
  static std::uint32_t slices(double time_s) { return static_cast<std::uint32_t>(std::lround(time_s / kSlice)); }

  InstanceBench bench_;
  std::vector<Request> arrivals_;
};

TEST(Medha, OrdersThreePromptsAsItsMiniExampleSays) {
  const std::array<std::vector<double>, 4> expected{
      {{11.00, 6.20, 6.22}, {11.00, 5.50, 6.00}, {11.00, 5.98, 6.00}, {10.00, 10.50, 11.00}}};
  for (const int order : {kLars, kEdf, kLrs, kFcfs}) {
    Slices server(order, 16, 1);
    EXPECT_EQ(server.prompt(0, 10, 0).prompt(5, 0.5, 1).prompt(5, 0.5, 1).ends(),
              expected[static_cast<std::size_t>(order)])
        << order;
  }
}

TEST(Medha, KeepsTheTailOfAStreamOfShortPromptsShort) {
  struct Expected {
    double median, late, largest, long_done;
    int missed;
  };
  const std::array<Expected, 4> table{{{0.56, 0.78, 0.82, 22.90, 24},
                                       {0.30, 2.50, 3.50, 18.70, 15},
                                       {0.30, 2.90, 3.50, 18.88, 24},
                                       {3.50, 8.30, 9.30, 10.00, 44}}};
  for (const int order : {kLars, kEdf, kLrs, kFcfs}) {
    Slices server(order, 16, 0.6);
    server.prompt(0, 10, 0);
    for (int i = 0; i < 60; ++i) server.prompt(1.0 + 0.5 * i, 0.3, 1);
    const auto ends = server.ends();
    std::vector<double> responses;
    for (std::size_t i = 1; i < ends.size(); ++i) responses.push_back(ends[i] - server.arrival_s(i));
    std::ranges::sort(responses);
    const Expected& row = table[static_cast<std::size_t>(order)];
    EXPECT_NEAR(responses[30], row.median, 1e-6) << order;
    EXPECT_NEAR(responses[54], row.late, 1e-6) << order;
    EXPECT_NEAR(responses[59], row.largest, 1e-6) << order;
    EXPECT_NEAR(ends[0], row.long_done, 1e-6) << order;
    EXPECT_EQ(std::ranges::count_if(responses, [](double r) { return r > 0.6 + 1e-6; }), row.missed) << order;
  }
}

/// 4 ms + 0.010 ms n + 1e-7 ms n (c + n/2) for n tokens behind c.
test::AffinePerformance linear_model() {
  test::AffinePerformance model;
  model.base_s = 0.004;
  model.token_s = 1e-5;
  model.pair_s = 1e-10;
  return model;
}

TEST(Medha, CutsChunksThatFitTheBudgetBehindTheirContext) {
  const auto model = linear_model();
  const std::array<std::pair<std::uint32_t, std::array<int, 2>>, 4> expected{
      {{0, {1587, 1192}}, {100000, {798, 599}}, {500000, {266, 199}}, {1000000, {145, 109}}}};
  for (const auto& [context, tokens] : expected)
    for (const std::size_t yields : {0U, 1U}) {
      // Its slack is 0.6 of its work: more than what it yields at most.
      auto scheduler = medha({{"long_yield_fraction", yields == 0 ? 0.0 : 0.2}});
      const auto plan =
          HandmadeInstance(10000000).prefilling(2000000, context).timed_by(model).plan_of(*scheduler.value);
      EXPECT_EQ(chunks_of(plan), (std::vector<std::pair<int, int>>{{0, tokens[yields]}})) << context;
    }
}

struct Alone {
  double seconds;
  std::size_t chunks;
  double longest_s;
};
Alone read_alone(Choice<BatchScheduler> scheduler, std::uint32_t tokens) {
  InstanceBench bench;
  bench.performance = linear_model();
  bench.spec.kv_capacity_tokens = 2000000;
  bench.scheduler = std::move(scheduler);
  bench.start();
  bench.run({request(0, 0, tokens, 1)});
  Alone alone{bench.observer.completions.at(0).finished, bench.observer.runs.size(), 0};
  for (const auto& run : bench.observer.runs) alone.longest_s = std::max(alone.longest_s, run.to - run.from);
  return alone;
}
Alone read_in_chunks_of(double tokens) {
  return read_alone(test::chosen(builtin_batch_schedulers(), "chunked_prefill", {{"step_budget_tokens", tokens}}),
                    1000000);
}

TEST(Medha, ReadsAMillionTokensAsItsMiniExampleSays) {
  const Alone adaptive = read_alone(medha({{"long_yield_fraction", 0}}), 1000000);
  EXPECT_NEAR(adaptive.seconds, 75.036, 5e-4);
  EXPECT_EQ(adaptive.chunks, 3759U);
  EXPECT_NEAR(adaptive.longest_s, 0.0200, 5e-5);
  const Alone s512 = read_in_chunks_of(512), s2048 = read_in_chunks_of(2048), s32 = read_in_chunks_of(32);
  EXPECT_NEAR(s512.seconds, 67.816, 5e-4);
  EXPECT_EQ(s512.chunks, 1954U);
  EXPECT_NEAR(s512.longest_s, 0.0603, 5e-5);
  EXPECT_NEAR(s2048.seconds, 61.956, 5e-4);
  EXPECT_EQ(s2048.chunks, 489U);
  EXPECT_NEAR(s2048.longest_s, 0.229, 5e-4);
  EXPECT_NEAR(s32.seconds, 185.0, 0.05);
  EXPECT_EQ(s32.chunks, 31250U);
  EXPECT_NEAR(s32.longest_s, 0.0075, 5e-5);
}

TEST(Medha, ReadsShorterPromptsAsItsMiniExampleSays) {
  const Alone middle = read_alone(medha({{"long_yield_fraction", 0}}), 100000);
  EXPECT_NEAR(middle.seconds, 1.876, 5e-4);
  EXPECT_EQ(middle.chunks, 94U);
  const Alone small = read_alone(medha(), 8192);
  EXPECT_NEAR(small.seconds, 0.1093, 5e-5);
  EXPECT_EQ(small.chunks, 6U);
}

TEST(Medha, BoundsTheTimeBetweenTokensBesideALongPrompt) {
  const auto longest_gap = [](Choice<BatchScheduler> scheduler) {
    InstanceBench bench;
    bench.performance = linear_model();
    bench.spec.kv_capacity_tokens = 2000000;
    bench.scheduler = std::move(scheduler);
    bench.start();
    bench.run({request(0, 0, 100, 4000), request(1, 1, 1000000, 1)});
    return bench.gaps[0].max();
  };
  EXPECT_LE(longest_gap(medha()), 0.021);
  for (const double tokens : {512.0, 2048.0})
    EXPECT_GT(
        longest_gap(test::chosen(builtin_batch_schedulers(), "chunked_prefill", {{"step_budget_tokens", tokens}})),
        0.050);
}

TEST(Medha, TakesOneLongPromptAndShortOnesThatFitBeside) {
  const auto model = linear_model();
  // Of 20 ms the long one, whose slack is 0.6 of its work, leaves 8; the shorts take 3 and what is left.
  auto instance = HandmadeInstance(1000000).waiting(400000).waiting(300).waiting(2000).waiting(200000);
  const auto plan = instance.timed_by(model).plan_of(*medha({{"order", kFcfs}}).value);
  EXPECT_EQ(plan.admissions, (std::vector<std::uint32_t>{0, 1, 2}));
  const auto chunks = chunks_of(plan);
  ASSERT_EQ(chunks.size(), 3U);
  EXPECT_EQ(chunks[0], (std::pair{0, 796}));
  EXPECT_EQ(chunks[1], (std::pair{1, 300}));
  EXPECT_GT(chunks[2].second, 400);
  EXPECT_LT(chunks[2].second, 500);
}

TEST(Medha, TakesSoManyPromptsAStepWhereAskedTo) {
  const auto model = linear_model();
  auto instance = HandmadeInstance(10000).waiting(30).waiting(60).waiting(30);
  EXPECT_EQ(instance.timed_by(model).plan_of(*medha().value).admissions.size(), 3U);
  EXPECT_EQ(instance.plan_of(*medha({{"max_prefills", 2}}).value).admissions.size(), 2U);
}

TEST(Medha, ReadsWhatHasBegunToItsEndWhereItDoesNotPreempt) {
  const auto model = linear_model();
  auto instance = HandmadeInstance(2000000).prefilling(500000, 100000).waiting(100).timed_by(model);
  const auto whole = instance.plan_of(*medha({{"preemptive", 0}}).value);
  EXPECT_EQ(chunks_of(whole), (std::vector<std::pair<int, int>>{{0, 798}}));
  const auto plan = instance.plan_of(*medha().value);
  EXPECT_EQ(plan.admissions, (std::vector<std::uint32_t>{0}));
}

TEST(Medha, MovesByATokenWhereNothingFitsTheBudget) {
  const auto model = linear_model();
  const auto plan =
      HandmadeInstance(1000).waiting(100).timed_by(model).plan_of(*medha({{"time_budget_ms", 0.001}}).value);
  EXPECT_EQ(chunks_of(plan), (std::vector<std::pair<int, int>>{{0, 1}}));
  const auto beside = HandmadeInstance(1000).decoding(10).waiting(100).timed_by(model);
  const auto decodes = beside.plan_of(*medha({{"time_budget_ms", 0.001}}).value);
  EXPECT_TRUE(decodes.decode && decodes.prefill.empty() && decodes.admissions.empty());
  EXPECT_EQ(decodes.steps, 1U);
}

TEST(Medha, LetsNobodyPassAPromptThatWaitsForMemory) {
  const auto model = linear_model();
  auto instance = HandmadeInstance(1000).decoding(500).waiting(600).waiting(10).timed_by(model);
  EXPECT_TRUE(instance.plan_of(*medha({{"order", kFcfs}}).value).admissions.empty());
}

}  // namespace
}  // namespace headroom

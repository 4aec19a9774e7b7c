#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "policy/builtin.hpp"
#include "serving/instance.hpp"
#include "support/instance_case.hpp"
#include "support/recording_observer.hpp"
#include "support/step_by_step_instance.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::draw_case;
using test::draw_prompts;
using test::draw_time_budget;
using test::InstanceCase;
using test::kCaseClasses;
using test::put_on_grid;

struct Outcome {
  test::RecordingObserver observer;  ///< of all instances
  std::vector<QuantileSketch> gaps{kCaseClasses};
  std::vector<InstanceTotals> totals;
  std::vector<double> energy_j;
  std::vector<std::uint64_t> unused_tokens;
  test::LoopCounts loop;
};

template <class AnyInstance>
void serve(const InstanceCase& c, Outcome& outcome) {
  auto scheduler = test::chosen(builtin_batch_schedulers(), c.policy, c.parameters);
  scheduler.value->begin(c.ttft_targets);
  std::vector<AnyInstance> instances;
  for (std::size_t i = 0; i < c.instances; ++i)
    instances.emplace_back(InstanceId(i), c.spec, *scheduler.value, outcome.gaps, outcome.observer);
  outcome.loop = test::EventLoop<AnyInstance>(instances).run(c.arrivals, c.commands);
  for (const AnyInstance& instance : instances) {
    outcome.totals.push_back(instance.totals());
    outcome.unused_tokens.push_back(instance.kv_unused_tokens());
    outcome.energy_j.push_back(instance.gpu_energy(Seconds(outcome.loop.end)).value());
  }
}

/// Every request ends in one way, and every token that was produced is with one of them.
void hold_conservation(const InstanceCase& c, const Outcome& outcome) {
  const auto& [observer, gaps, totals, energy, unused, loop] = outcome;
  EXPECT_EQ(observer.completions.size() + loop.rejected + loop.refused + loop.squashed, c.arrivals.size());
  std::uint64_t produced = 0, kept = loop.refused_tokens;
  for (const InstanceTotals& each : totals) produced += each.output_tokens;
  for (const Request& request : c.arrivals)
    if (observer.completions.contains(request.id)) kept += request.output_tokens;
  EXPECT_EQ(produced, kept);
}

bool close(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max({1e-3, std::abs(a), std::abs(b)});
}

/// What differs between two runs of a case; empty where nothing does.
std::string difference(const Outcome& fast, const Outcome& plain) {
  std::ostringstream out;
  out.precision(17);
  const auto hold = [&](const std::string& what, double a, double b, bool same) {
    if (!same) out << what << ": coalesced " << a << ", step by step " << b << "\n";
  };
  const auto near = [&](const std::string& what, double a, double b) { hold(what, a, b, close(a, b)); };
  const auto equal = [&](const std::string& what, std::uint64_t a, std::uint64_t b) {
    hold(what, static_cast<double>(a), static_cast<double>(b), a == b);
  };
  equal("completions", fast.observer.completions.size(), plain.observer.completions.size());
  for (const auto& [id, expected] : plain.observer.completions) {
    const auto found = fast.observer.completions.find(id);
    if (found == fast.observer.completions.end()) continue;
    const std::string name = "request " + std::to_string(id);
    near(name + " first token", found->second.first_token, expected.first_token);
    near(name + " finished", found->second.finished, expected.finished);
    near(name + " energy", found->second.energy_j, expected.energy_j);
  }
  near("end", fast.loop.end, plain.loop.end);
  equal("rejected", fast.loop.rejected, plain.loop.rejected);
  equal("handed over", fast.loop.handed_over, plain.loop.handed_over);
  equal("refused", fast.loop.refused, plain.loop.refused);
  equal("squashed", fast.loop.squashed, plain.loop.squashed);
  for (std::size_t i = 0; i < plain.loop.pending.size(); ++i)
    equal("pending after command " + std::to_string(i), fast.loop.pending[i], plain.loop.pending[i]);
  for (std::size_t i = 0; i < plain.totals.size(); ++i) {
    const std::string name = "instance " + std::to_string(i);
    near(name + " energy", fast.energy_j[i], plain.energy_j[i]);
    equal(name + " tokens cached", fast.unused_tokens[i], plain.unused_tokens[i]);
    equal(name + " output tokens", fast.totals[i].output_tokens, plain.totals[i].output_tokens);
    equal(name + " pre-emptions", fast.totals[i].preemptions, plain.totals[i].preemptions);
    equal(name + " recomputed tokens", fast.totals[i].recomputed_tokens, plain.totals[i].recomputed_tokens);
    equal(name + " steps", fast.totals[i].steps, plain.totals[i].steps);
  }
  for (std::size_t i = 0; i < kCaseClasses; ++i) {
    const std::string name = "times between tokens of class " + std::to_string(i);
    hold(name + ", weight", fast.gaps[i].weight(), plain.gaps[i].weight(),
         fast.gaps[i].weight() == plain.gaps[i].weight());
    near(name + ", mean", fast.gaps[i].mean(), plain.gaps[i].mean());
    if (plain.gaps[i].empty()) continue;
    near(name + ", least", fast.gaps[i].min(), plain.gaps[i].min());
    near(name + ", largest", fast.gaps[i].max(), plain.gaps[i].max());
  }
  return out.str();
}

RC_GTEST_PROP(CoalescedInstance, GivesTheSameAsStepByStep, ()) {
  const auto seed = *rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>());
  InstanceCase c;
  draw_case(c, seed);
  Outcome fast, plain;
  serve<Instance>(c, fast);
  serve<test::StepByStepInstance>(c, plain);
  const std::string differs = difference(fast, plain);
  RC_LOG() << "case " << seed << ", " << c.policy << "\n" << differs;
  RC_ASSERT(differs.empty());
  hold_conservation(c, fast);
}

/// Fixed cases, many more than the property's default, and what they contain: without pre-emptions, commands in
/// mid-iteration, caps that bind, rejections, hand-overs of requests that have tokens and runs of many steps, the
/// comparison would prove little.
TEST(CoalescedInstance, GivesTheSameAsStepByStepInCasesThatHoldEverything) {
  std::uint64_t preemptions = 0, mid_step = 0, clamped = 0, capped = 0, rejected = 0, long_pieces = 0, steps = 0,
                events = 0, handed_over = 0, begun = 0, squashed = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    InstanceCase c;
    draw_case(c, seed);
    Outcome fast, plain;
    serve<Instance>(c, fast);
    serve<test::StepByStepInstance>(c, plain);
    ASSERT_EQ(difference(fast, plain), "") << "case " << seed << ", " << c.policy;
    hold_conservation(c, fast);
    for (const InstanceTotals& totals : fast.totals) preemptions += totals.preemptions, steps += totals.steps;
    mid_step += fast.loop.commands_in_mid_step;
    rejected += fast.loop.rejected;
    handed_over += fast.loop.handed_over;
    begun += fast.loop.handed_over_begun;
    squashed += fast.loop.squashed;
    events += fast.loop.events;
    for (const auto& run : fast.observer.runs) {
      // A clock between the supported ones is a clamp's; a draw below TDP there is a cap's.
      const bool between_clocks = std::abs(std::remainder(run.clock, 100e6)) > 1e3;
      if (between_clocks) ++(run.gpu_power < 399 ? capped : clamped);
      if (run.steps > 10) ++long_pieces;
    }
  }
  EXPECT_GT(preemptions, 1000);
  EXPECT_GT(mid_step, 1000);
  EXPECT_GT(capped, 1000);
  EXPECT_GT(clamped, 1000);
  EXPECT_GT(rejected, 100);
  EXPECT_GT(long_pieces, 1000);
  EXPECT_GT(handed_over, 1000);
  EXPECT_GT(begun, 500);
  EXPECT_GT(squashed, 100);
  EXPECT_GT(steps, 2 * events);
}

TEST(CoalescedInstance, GivesTheSameAsStepByStepWithPrefixCaches) {
  std::uint64_t hits = 0, preemptions = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    InstanceCase c;
    draw_case(c, seed);
    draw_prompts(c, seed);
    RandomStream random(seed, "grid");
    if (seed % 3 == 0) put_on_grid(c, random);  // where everything coincides
    Outcome fast, plain;
    serve<Instance>(c, fast);
    serve<test::StepByStepInstance>(c, plain);
    ASSERT_EQ(difference(fast, plain), "") << "case " << seed << ", " << c.policy;
    hold_conservation(c, fast);
    hits += fast.observer.hit_tokens;
    for (const InstanceTotals& totals : fast.totals) preemptions += totals.preemptions;
  }
  EXPECT_GT(hits, 100000);
  EXPECT_GT(preemptions, 500);
}

TEST(CoalescedInstance, GivesTheSameAsStepByStepWithTimeBudgets) {
  std::uint64_t preemptions = 0, mid_step = 0, prefills = 0, several = 0, long_pieces = 0;
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    InstanceCase c;
    draw_case(c, seed);
    draw_time_budget(c, seed);
    RandomStream random(seed, "grid");
    if (seed % 5 == 0) put_on_grid(c, random);
    Outcome fast, plain;
    serve<Instance>(c, fast);
    serve<test::StepByStepInstance>(c, plain);
    ASSERT_EQ(difference(fast, plain), "") << "case " << seed << ", " << c.policy;
    hold_conservation(c, fast);
    for (const InstanceTotals& totals : fast.totals) preemptions += totals.preemptions;
    mid_step += fast.loop.commands_in_mid_step;
    for (const auto& run : fast.observer.runs) {
      long_pieces += run.steps > 10;
      prefills += run.step.prefill_sequences > 0;
      several += run.step.prefill_sequences > 1;
    }
  }
  EXPECT_GT(preemptions, 1000);
  EXPECT_GT(mid_step, 1000);
  EXPECT_GT(prefills, 10000);
  EXPECT_GT(several, 1000);
  EXPECT_GT(long_pieces, 1000);
}

TEST(CoalescedInstance, GivesTheSameAsStepByStepWhereEverythingCoincides) {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    InstanceCase c;
    draw_case(c, seed);
    RandomStream random(seed, "grid");
    put_on_grid(c, random);
    Outcome fast, plain;
    serve<Instance>(c, fast);
    serve<test::StepByStepInstance>(c, plain);
    ASSERT_EQ(difference(fast, plain), "") << "case " << seed << ", " << c.policy;
  }
}

}  // namespace
}  // namespace headroom

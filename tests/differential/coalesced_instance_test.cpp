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
#include "support/event_loop.hpp"
#include "support/fake_models.hpp"
#include "support/recording_observer.hpp"
#include "support/step_by_step_instance.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::Command;

constexpr std::size_t kClasses = 2;

/// Everything that a random case consists of.
struct InstanceCase {
  test::AffinePerformance performance;
  test::RisingPower power;
  GpuSpec gpu = test::round_gpu();
  InstanceSpec spec;
  std::string policy;
  std::map<std::string, double> parameters;
  std::vector<Request> arrivals;
  std::vector<Command> commands;
};

double between(RandomStream& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

void draw_models(InstanceCase& c, RandomStream& random) {
  c.performance.base_s = between(random, 0.005, 0.03);
  c.performance.context_s = random.integer(0, 4) == 0 ? 0.0 : between(random, 1e-6, 4e-5);
  c.performance.token_s = between(random, 1e-5, 4e-4);
  c.performance.pair_s = between(random, 0, 1e-6);
  if (random.integer(0, 2) == 0) c.performance.valid_to_context = between(random, 50, 1500);
  c.performance.bytes_per_context = between(random, 0, 0.004);
  c.power.active_w = between(random, 20, 120);
  c.power.joule_per_flop =
      between(random, 0.01, 0.12);  // a prompt at 2000 tokens/s and more draws up to TDP and beyond
  c.power.joule_per_byte = between(random, 0.1, 1.5);
}

void draw_spec(InstanceCase& c, RandomStream& random) {
  c.spec.gpu = &c.gpu;
  c.spec.limits.cap_response = Seconds(random.integer(0, 3) == 0 ? 0.0 : between(random, 0.01, 0.6));
  if (random.integer(0, 1) == 0) c.spec.limits.overshoot_ratio = between(random, 1.0, 1.3);
  if (random.integer(0, 1) == 0) c.spec.limits.overshoot = Seconds(between(random, 0.0, 0.1));
  c.spec.tensor_parallel = static_cast<std::uint32_t>(random.integer(1, 4));
  c.spec.max_waiting = static_cast<std::uint32_t>(random.integer(2, 64));
  c.spec.scheduler_name = c.policy;
}

void draw_work(InstanceCase& c, RandomStream& random) {
  const auto longest_input = random.integer(1, 400), longest_output = random.integer(1, 200);
  // Just enough memory for the longest request, and up to a few of them.
  c.spec.kv_capacity_tokens = longest_input + longest_output + random.integer(0, 3 * longest_output);
  const bool chunked = random.integer(0, 1) == 0;
  c.policy = chunked ? "chunked_prefill" : "continuous";
  c.parameters[chunked ? "step_budget_tokens" : "prefill_budget_tokens"] = static_cast<double>(random.integer(1, 600));
  c.parameters["max_batch_sequences"] = static_cast<double>(random.integer(1, 24));
  double time = 0;
  const double gap = between(random, 0.01, 1.0);
  const auto requests = random.integer(1, 40);
  for (std::uint64_t id = 0; id < requests; ++id) {
    if (random.integer(0, 4) > 0) time += random.exponential(gap);  // one in five comes together with the one before
    Request request;
    request.id = id;
    request.arrival = Seconds(time);
    request.input_tokens = static_cast<std::uint32_t>(random.integer(1, longest_input));
    request.output_tokens = static_cast<std::uint32_t>(random.integer(1, longest_output));
    request.request_class = ClassId(random.integer(0, kClasses - 1));
    c.arrivals.push_back(request);
  }
  const auto commands = random.integer(0, 30);
  for (std::uint64_t i = 0; i < commands; ++i) {
    Command command;
    command.time = between(random, 0, 1.5 * time + 1);
    constexpr std::array whats = {Command::What::clock, Command::What::clock, Command::What::cap,
                                  Command::What::uncap, Command::What::heat,  Command::What::cool};
    const auto what = random.integer(0, whats.size() - 1);
    command.what = whats[what];
    if (what == 0) command.value = c.gpu.max_clock.value();  // a release
    if (what == 1) command.value = 100e6 * static_cast<double>(random.integer(1, 10));
    if (what == 2 || what == 4) command.value = between(random, 80, 400);
    c.commands.push_back(command);
  }
  std::ranges::sort(c.commands, {}, &Command::time);
}

/// Filled in place because the instance's spec points at the models.
void draw_case(InstanceCase& c, std::uint64_t seed) {
  RandomStream random(seed, "case");
  draw_models(c, random);
  draw_work(c, random);
  draw_spec(c, random);
  c.spec.performance = &c.performance;
  c.spec.power = &c.power;
}

/// Puts every date and duration of a case on multiples of 1/64 s, which add up without rounding, so that iteration
/// boundaries, arrivals, commands and changes of the limit coincide all the time.
void put_on_grid(InstanceCase& c, RandomStream& random) {
  const auto rounded = [](double time) { return std::round(time * 64) / 64; };
  c.performance.base_s = static_cast<double>(random.integer(1, 4)) / 64;
  c.performance.context_s = c.performance.token_s = c.performance.pair_s = 0;
  c.spec.limits.cap_response = Seconds(rounded(c.spec.limits.cap_response.value()));
  c.spec.limits.overshoot = Seconds(rounded(c.spec.limits.overshoot.value()));
  for (Request& request : c.arrivals) request.arrival = Seconds(rounded(request.arrival.value()));
  for (Command& command : c.commands) command.time = rounded(command.time);
}

struct Outcome {
  test::RecordingObserver observer;
  std::vector<QuantileSketch> gaps{kClasses};
  InstanceTotals totals;
  double energy_j = 0;
  test::LoopCounts loop;
};

template <class AnyInstance>
void serve(const InstanceCase& c, Outcome& outcome) {
  auto scheduler = test::chosen(builtin_batch_schedulers(), c.policy, c.parameters);
  AnyInstance instance(InstanceId(0), c.spec, *scheduler.value, outcome.gaps, outcome.observer);
  outcome.loop = test::drive(instance, c.arrivals, c.commands);
  outcome.totals = instance.totals();
  outcome.energy_j = instance.gpu_energy(Seconds(outcome.loop.end)).value();
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
  near("energy", fast.energy_j, plain.energy_j);
  near("end", fast.loop.end, plain.loop.end);
  equal("rejected", fast.loop.rejected, plain.loop.rejected);
  equal("output tokens", fast.totals.output_tokens, plain.totals.output_tokens);
  equal("pre-emptions", fast.totals.preemptions, plain.totals.preemptions);
  equal("recomputed tokens", fast.totals.recomputed_tokens, plain.totals.recomputed_tokens);
  equal("steps", fast.totals.steps, plain.totals.steps);
  for (std::size_t i = 0; i < kClasses; ++i) {
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
}

/// Fixed cases, many more than the property's default, and what they contain: without pre-emptions, commands in
/// mid-iteration, caps that bind, rejections and runs of many steps, the comparison would prove little.
TEST(CoalescedInstance, GivesTheSameAsStepByStepInCasesThatHoldEverything) {
  std::uint64_t preemptions = 0, mid_step = 0, clamped = 0, capped = 0, rejected = 0, long_pieces = 0, steps = 0,
                events = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    InstanceCase c;
    draw_case(c, seed);
    Outcome fast, plain;
    serve<Instance>(c, fast);
    serve<test::StepByStepInstance>(c, plain);
    ASSERT_EQ(difference(fast, plain), "") << "case " << seed << ", " << c.policy;
    preemptions += fast.totals.preemptions;
    mid_step += fast.loop.commands_in_mid_step;
    rejected += fast.loop.rejected;
    steps += fast.totals.steps;
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
  EXPECT_GT(steps, 2 * events);
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

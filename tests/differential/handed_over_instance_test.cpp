#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "model/performance/steps_config.hpp"
#include "model/performance/table_model.hpp"
#include "policy/builtin.hpp"
#include "support/hand_over_loop.hpp"
#include "support/instance_case.hpp"
#include "support/recording_observer.hpp"
#include "support/step_by_step_instance.hpp"
#include "support/workload_fixtures.hpp"
#include "unit/model/toy.hpp"

namespace headroom {
namespace {

using test::Blow;

/// Instances that hand over, and what befalls them.
struct PairedCase {
  test::InstanceCase of;  ///< models, scheduler
  std::unique_ptr<const PerformanceModel> table;
  std::vector<test::Pair> arrivals;
  std::vector<Blow> blows;
  double bytes_per_s = 1, retry = 1;
};

/// A table of random knots for the one in `c`, with the toy model's work.
std::unique_ptr<const PerformanceModel> random_table(PairedCase& c, RandomStream& random,
                                                     const test::TemporaryFolder& folder) {
  std::string rows = "batch_tokens,prompt_time_s,token_time_s\n";
  double prompt = 0.02, token = 0.01;
  for (int tokens = 1; tokens <= 1000; tokens += static_cast<int>(random.integer(1, 300))) {
    rows += std::to_string(tokens) + "," + std::to_string(prompt) + "," + std::to_string(token) + "\n";
    prompt += test::between(random, 0, 0.3);
    token += test::between(random, 0, 0.02);
  }
  StepsConfig config;
  config.kind = StepTimesKind::table;
  config.path = folder.write("knots.csv", rows + "5000,2,0.2\n");
  config.mixed_factor = 1.1;
  const RooflineModel roofline(toy::architecture(), c.of.gpu, toy::stack(), 1);
  return std::make_unique<TableModel>(read_step_table(config), roofline, c.of.gpu.max_clock, random.integer(0, 2) > 0);
}

void draw_blows(PairedCase& c, RandomStream& random, double until) {
  using enum Blow::What;
  for (std::uint64_t left = random.integer(0, 30); left > 0; --left) {
    Blow blow{test::between(random, 0, until), clock, c.of.gpu.max_clock.value(),
              random.integer(0, c.of.instances - 1)};
    const auto what = random.integer(0, 9);
    if (what < 6) {
      blow.what = what < 3 ? clock : own_clock;
      blow.value = 100e6 * static_cast<double>(random.integer(1, 10));
    } else {
      blow.what = what < 7 ? cap : what < 8 ? uncap : cut;
      blow.value = test::between(random, 80, 300);
    }
    c.blows.push_back(blow);
  }
  std::ranges::stable_sort(c.blows, {}, &Blow::time);
}

/// In place, because specs point at models. The first half of the instances hands over to the other, where some
/// requests are read, too: two that hand over to each other may wait for each other's memory for ever.
void draw_paired(PairedCase& c, std::uint64_t seed, const test::TemporaryFolder& folder) {
  RandomStream random(seed, "paired");
  test::draw_case(c.of, seed);
  c.of.instances = random.integer(2, 4);
  c.of.spec.kv_capacity_tokens += random.integer(0, 2000);
  c.of.spec.max_waiting = 64;
  if (seed % 2 == 0) {
    c.table = random_table(c, random, folder);
    c.of.spec.performance = c.table.get();
    c.of.power.joule_per_flop = test::between(random, 1e-6, 2e-4);
    c.of.power.joule_per_byte = 0;
  }
  for (Request request : c.of.arrivals) {
    test::Pair pair{request, random.integer(0, c.of.instances - 1), std::nullopt};
    const std::size_t half = c.of.instances / 2;
    if (pair.serve < half && request.output_tokens > 1) pair.decode = random.integer(half, c.of.instances - 1);
    c.arrivals.push_back(pair);
  }
  // From a prompt's travel of a tenth of a step to one of many.
  c.bytes_per_s = static_cast<double>(8U << random.integer(0, 11));
  c.retry = test::between(random, 0.01, 1);
  draw_blows(c, random, 1.5 * c.arrivals.back().request.arrival.value() + 1);
}

struct PairedOutcome {
  test::RecordingObserver observer;
  std::vector<QuantileSketch> gaps{test::kCaseClasses};
  std::vector<InstanceTotals> totals;
  std::vector<double> energy_j;
  test::HandOverCounts counts;
};

template <class AnyInstance>
void serve_pairs(const PairedCase& c, PairedOutcome& outcome) {
  auto scheduler = test::chosen(builtin_batch_schedulers(), c.of.policy, c.of.parameters);
  scheduler.value->begin(c.of.ttft_targets);
  std::vector<AnyInstance> instances;
  for (std::size_t i = 0; i < c.of.instances; ++i)
    instances.emplace_back(InstanceId(i), c.of.spec, *scheduler.value, outcome.gaps, outcome.observer);
  outcome.counts = test::HandOverLoop<AnyInstance>(instances, 1.0, c.bytes_per_s, c.retry).run(c.arrivals, c.blows);
  for (const AnyInstance& instance : instances) {
    outcome.totals.push_back(instance.totals());
    outcome.energy_j.push_back(instance.gpu_energy(Seconds(outcome.counts.end)).value());
  }
}

/// What differs between two runs of a case; empty where nothing does.
class Differences {
 public:
  void near(const std::string& what, double a, double b) {
    if (std::abs(a - b) > 1e-9 * std::max({1e-3, std::abs(a), std::abs(b)})) note(what, a, b);
  }
  void equal(const std::string& what, std::uint64_t a, std::uint64_t b) {
    if (a != b) note(what, static_cast<double>(a), static_cast<double>(b));
  }
  [[nodiscard]] std::string text() const { return out_.str(); }

 private:
  void note(const std::string& what, double a, double b) {
    out_.precision(17);
    out_ << what << ": coalesced " << a << ", step by step " << b << "\n";
  }
  std::ostringstream out_;
};

std::string difference(const PairedOutcome& fast, const PairedOutcome& plain) {
  Differences differ;
  differ.equal("completions", fast.observer.completions.size(), plain.observer.completions.size());
  for (const auto& [id, expected] : plain.observer.completions) {
    const auto found = fast.observer.completions.find(id);
    if (found == fast.observer.completions.end()) continue;
    const std::string name = "request " + std::to_string(id);
    differ.near(name + " first token", found->second.first_token, expected.first_token);
    differ.near(name + " finished", found->second.finished, expected.finished);
    differ.near(name + " energy", found->second.energy_j, expected.energy_j);
  }
  using Counts = test::HandOverCounts;
  for (const auto member : {&Counts::arrived, &Counts::cut, &Counts::turned_back, &Counts::retries, &Counts::lost,
                            &Counts::rejected, &Counts::in_flight_at_blows})
    differ.equal("a count", fast.counts.*member, plain.counts.*member);
  differ.equal("lost with their instance", fast.observer.lost_requests, plain.observer.lost_requests);
  differ.near("end", fast.counts.end, plain.counts.end);
  for (std::size_t i = 0; i < plain.totals.size(); ++i) {
    const std::string name = "instance " + std::to_string(i);
    differ.near(name + " energy", fast.energy_j[i], plain.energy_j[i]);
    differ.equal(name + " output tokens", fast.totals[i].output_tokens, plain.totals[i].output_tokens);
    differ.equal(name + " pre-emptions", fast.totals[i].preemptions, plain.totals[i].preemptions);
    differ.equal(name + " steps", fast.totals[i].steps, plain.totals[i].steps);
  }
  for (std::size_t i = 0; i < test::kCaseClasses; ++i) {
    differ.near("weight of times between tokens", fast.gaps[i].weight(), plain.gaps[i].weight());
    differ.near("mean time between tokens", fast.gaps[i].mean(), plain.gaps[i].mean());
    if (!plain.gaps[i].empty()) differ.near("largest time between tokens", fast.gaps[i].max(), plain.gaps[i].max());
  }
  return differ.text();
}

/// Roofline-like models and tables in turn; and the cases hold what they are to show.
TEST(HandedOverInstances, GiveTheSameAsStepByStep) {
  test::HandOverCounts all;
  const test::TemporaryFolder folder;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    PairedCase c;
    draw_paired(c, seed, folder);
    PairedOutcome fast, plain;
    serve_pairs<Instance>(c, fast);
    serve_pairs<test::StepByStepInstance>(c, plain);
    ASSERT_EQ(difference(fast, plain), "") << "case " << seed << ", " << c.of.policy;
    all.arrived += fast.counts.arrived;
    all.cut += fast.counts.cut;
    all.turned_back += fast.counts.turned_back;
    all.retries += fast.counts.retries;
    all.in_flight_at_blows += fast.counts.in_flight_at_blows;
  }
  EXPECT_GT(all.arrived, 3000);
  EXPECT_GT(all.cut, 100);
  EXPECT_GT(all.turned_back, 100);
  EXPECT_GT(all.retries, 300);
  EXPECT_GT(all.in_flight_at_blows, 1000);
}

}  // namespace
}  // namespace headroom

#include "profile/point_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "scenario/running_variants.hpp"
#include "support/run_without_simgrid.hpp"
#include "unit/profile/profile_fixtures.hpp"

namespace headroom::test {
namespace {

/// Latencies of the requests of a run, from one on.
struct HeardLatencies : RunListener {
  std::size_t from = 0;
  std::vector<double> ttft, tbt;

  void completed(const Sequence& sequence, InstanceId, Seconds now) override {
    const Request& request = sequence.request;
    if (request.id < from) return;
    ttft.push_back((sequence.first_token - request.arrival).value());
    if (request.output_tokens > 1) tbt.push_back((now - sequence.first_token).value() / (request.output_tokens - 1.0));
  }
};

double p99_of(std::vector<double> values) {
  std::ranges::sort(values);
  return values[(99 * values.size() + 99) / 100 - 1];
}

/// One server, one pool, one instance of TP8.
struct OneInstance {
  Scenario scenario = profiled_scenario({"/site/servers=1", "/serving/pools=[{\"name\":\"all\",\"serves\":[\"all\"]}]",
                                         "/serving/variants={}"})
                          .scenario;
  ProfiledRequests requests = sample_pools(scenario);
  RunningVariants variants{scenario, nullptr};
  PoolArrivals arrivals{requests.pools[0], 400, 7};
  ClassTable classes;

  OneInstance() {
    classes.add("short", Priority::low);
    classes.add("long", Priority::low);
  }
  [[nodiscard]] PointResult point(double load, Hertz clock) const {
    return run_point({variants[VariantId(0)].instance, scenario.policy.batching, requests.targets}, arrivals, clock,
                     load);
  }
  /// The whole program over the same requests up to a date; what the GPUs took until then.
  [[nodiscard]] Energy whole_run(double load, Hertz clock, std::optional<Seconds> until, HeardLatencies& heard) {
    std::vector<Request> list;
    for (std::size_t i = 0; i < arrivals.size(); ++i) list.push_back(arrivals.at(i, load));
    scenario.duration = until;
    RunWithoutSimGrid run(scenario, classes, list, {&heard});
    run.clocks.set_clock(ServerId(0), clock);
    run.run();
    return until ? run.fleet.instances()[0].gpu_energy(*until) : Energy();
  }
};

TEST(PointRun, IsTheWholeProgramOfOneInstance) {
  OneInstance one;
  for (const Hertz clock : {Hertz(1200e6), Hertz(1980e6)})
    for (const double load : {300.0, 3000.0, 6000.0}) {
      const PointResult point = one.point(load, clock);
      HeardLatencies unheard, heard;
      heard.from = one.arrivals.warmup();
      const Seconds begin = one.arrivals.at(one.arrivals.warmup(), load).arrival, end = one.arrivals.end(load);
      const Energy before = one.whole_run(load, clock, begin, unheard),
                   after = one.whole_run(load, clock, end, unheard);
      const double mean_w = ((after - before) / (end - begin)).value();
      EXPECT_NEAR(point.gpus.value() / mean_w, 1, 1e-9) << load;
      (void)one.whole_run(load, clock, std::nullopt, heard);
      EXPECT_EQ(point.ttft_p99.value(), p99_of(heard.ttft)) << load;
      EXPECT_EQ(point.tbt_p99.value(), p99_of(heard.tbt)) << load;
    }
}

TEST(PointRun, BringsTheLoadExactly) {
  const OneInstance one;
  double tokens = 0;
  for (std::size_t i = one.arrivals.warmup(); i < one.arrivals.size(); ++i)
    tokens += one.arrivals.at(i, 1000).input_tokens;
  const Seconds window = one.arrivals.end(1000) - one.arrivals.at(one.arrivals.warmup(), 1000).arrival;
  EXPECT_NEAR(tokens / window.value(), 1000, 1e-6);
  EXPECT_EQ(one.arrivals.size(), 500);
}

TEST(PoolArrivals, HaveTheLengthsOfTheSampleInProportion) {
  PoolSample sample{"one", ServiceId(0), {}};
  for (std::uint32_t i = 0; i < 1000; ++i) sample.requests.push_back({1 + i % 100, 1 + i / 100, ClassId(0)});
  const PoolArrivals arrivals(sample, 1000, 1);
  double inputs = 0, outputs = 0;
  for (std::size_t i = arrivals.warmup(); i < arrivals.size(); ++i) {
    inputs += arrivals.at(i, 1).input_tokens;
    outputs += arrivals.at(i, 1).output_tokens;
  }
  EXPECT_NEAR(inputs / 1000, sample.mean_input_tokens(), 0.5);
  EXPECT_NEAR(outputs / 1000, sample.mean_output_tokens(), 0.05);
}

TEST(PointRun, HoldsRequestsThatAreRejectedAsLate) {
  const OneInstance one;
  EXPECT_TRUE(one.point(300, Hertz(1980e6)).keeps_slo());
  EXPECT_FALSE(one.point(1e6, Hertz(1980e6)).keeps_slo());
  InstanceSpec tiny = one.variants[VariantId(0)].instance;
  tiny.kv_capacity_tokens = 600;  // no long one fits
  const PointResult point =
      run_point({tiny, one.scenario.policy.batching, one.requests.targets}, one.arrivals, Hertz(1980e6), 300);
  EXPECT_GT(point.worst, 1e300);
  InstanceSpec busy = one.variants[VariantId(0)].instance;
  busy.max_waiting = 1;  // refuses whoever comes while another waits
  const std::vector<SloTargets> patient(one.requests.targets.size(), SloTargets{Seconds(1e6), Seconds(1e6), {}, {}});
  EXPECT_GT(run_point({busy, one.scenario.policy.batching, patient}, one.arrivals, Hertz(1980e6), 1e6).worst, 1e300);
  const std::vector<SloTargets> gaps_only(one.requests.targets.size(), SloTargets{{}, Seconds(1e6), {}, {}});
  EXPECT_GT(
      run_point({tiny, one.scenario.policy.batching, gaps_only, ProfiledTbt::gaps}, one.arrivals, Hertz(1980e6), 300)
          .worst,
      1e300);
}

TEST(PointRun, HoldsGapsWhereAsked) {
  const OneInstance one;
  const ProfiledInstance gaps{one.variants[VariantId(0)].instance, one.scenario.policy.batching, one.requests.targets,
                              ProfiledTbt::gaps};
  EXPECT_GT(run_point(gaps, one.arrivals, Hertz(1980e6), 3000).tbt_p99, one.point(3000, Hertz(1980e6)).tbt_p99);
}

}  // namespace
}  // namespace headroom::test

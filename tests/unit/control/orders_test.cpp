// What actions about instances, pools and requests do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/changing_fleet.hpp"
#include "support/training_fixtures.hpp"

namespace headroom {
namespace {

using test::requests_at;
using test::ScriptedRun;
using End = test::Ends::End;

constexpr PoolId kLow(0), kSpare(1);

/// The instances that completed requests, by the requests' ids.
std::vector<std::size_t> instances_of(const ScriptedRun& run) {
  std::vector<std::size_t> instances;
  for (const auto& [id, end] : run.ends.of) instances.push_back(end.instance);
  return instances;
}

/// Instances 0 and 1 serve all requests, 2 and 3 what they are given.
Scenario with_a_spare_pool() {
  Scenario s = test::changing_scenario(2);
  s.serving->pools = {{"low", {"low"}, 0.5, ""}, {"spare", {}, 0.5, ""}};
  return s;
}

/// Instances 0 and 1, of four GPUs each, which serve one request at a time.
Scenario with_queues() {
  Scenario s = test::changing_scenario(2);
  s.serving->tensor_parallel = 4;
  s.policy.batching = test::chosen(builtin_batch_schedulers(), "continuous", {{"max_batch_sequences", 1}});
  return s;
}

TEST(ClockSet, HoldsOneInstanceAtTheLowerOfItsOwnAndItsServersClock) {
  Scenario s = test::changing_scenario(1);
  s.actuation.clock_set = s.actuation.clock_lock = Seconds(0);
  ScriptedRun run(std::move(s));
  run.at(2, SetClock{InstanceId(0), Hertz(705e6)});
  run.look(2.5, [&](const ControlView&) { EXPECT_EQ(run.power_of_server(0), 100 + 2 * 60 + 2 * 60); });
  run.look(3.5, [&](const ControlView&) { EXPECT_EQ(run.power_of_server(0), 100 + 2 * 210 + 2 * 360); });
  run.at(5, SetClock{InstanceId(0), Hertz(1410e6)});
  run.at(8, LockClock{ServerId(0), Hertz(705e6)});
  run.at(9, SetClock{InstanceId(1), Hertz(1395e6)});
  const Report report = run.run(requests_at({3, 3, 6, 10, 10}, 8));
  EXPECT_EQ(run.ends.of.at(0), (End{3.25, 5, 0}));
  EXPECT_EQ(run.ends.of.at(1), (End{3.125, 4, 1}));
  EXPECT_EQ(run.ends.of.at(2), (End{6.125, 7, 0}));
  EXPECT_EQ(run.ends.of.at(3), (End{10.25, 12, 1}));
  EXPECT_EQ(run.ends.of.at(4), (End{10.25, 12, 0}));
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST(Assign, MovesAnInstanceToAnotherPool) {
  ScriptedRun run(with_a_spare_pool());
  run.at(2, Assign{InstanceId(2), kLow});
  run.at(4, Assign{InstanceId(0), kSpare});
  run.run(requests_at({1, 3, 3.1, 3.2, 5, 5.1, 5.2}, 1));
  EXPECT_EQ(instances_of(run), (std::vector<std::size_t>{0, 1, 2, 0, 2, 1, 2}));
}

TEST(Steer, SendsNothingToAnInstanceOfNoWeight) {
  ScriptedRun run(test::changing_scenario(1));
  run.at(1, Steer{InstanceId(0), 0.0});
  run.at(3, Steer{InstanceId(0), 1.0});
  run.run(requests_at({2, 2.1, 2.2, 4, 4.1}, 8));
  EXPECT_EQ(instances_of(run), (std::vector<std::size_t>{1, 1, 1, 0, 1}));
}

TEST(Steer, LeavesNobodyWhereAllHaveNoWeight) {
  ScriptedRun run(test::changing_scenario(1));
  run.at(1, Steer{InstanceId(0), 0.0});
  run.at(1, Steer{InstanceId(1), 0.0});
  const Report report = run.run(requests_at({2}, 8));
  EXPECT_EQ(report.all.rejected_by[static_cast<std::size_t>(Rejection::no_instance)], 1U);
}

/// At half the weight an idle instance looks as if it had one request, with one as if it had three.
TEST(Steer, MakesAnInstanceLookBusier) {
  Scenario s = test::changing_scenario(1);
  s.policy.router = test::chosen(builtin_routers(), "least_outstanding", {});
  ScriptedRun run(std::move(s));
  run.at(0.5, Steer{InstanceId(0), 0.5});
  run.run(requests_at({1, 1.1, 1.2, 1.3, 1.4}, 80));
  EXPECT_EQ(instances_of(run), (std::vector<std::size_t>{1, 0, 1, 1, 0}));
}

/// A quarter: with the third and the seventh of eight its count comes nearest.
TEST(Share, IsKeptByCounting) {
  ScriptedRun run(with_a_spare_pool());
  run.at(0.5, Share{ClassId(0), kSpare, 0.25});
  run.at(9, Share{ClassId(0), kSpare, 0.0});
  run.run(requests_at({1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13}, 1));
  EXPECT_EQ(instances_of(run), (std::vector<std::size_t>{0, 1, 2, 0, 1, 0, 3, 1, 0, 1, 0, 1}));
}

/// Servers 0 and 1 serve low priority, then high, then nobody; a tenant counts as low.
TEST(Priority, IsThatOfWhoStandsOnAServerNow) {
  Scenario s = test::changing_scenario(3);
  s.serving->pools = {{"low", {"low"}, 1.0, ""}, {"high", {"high"}, 0.0, ""}};
  s.serving->servers = 2;
  s.site.levels[0].budget = Power(10000);
  TenantConfig& tenant = s.workload.tenants.emplace_back();
  tenant.name = "tenant";
  tenant.nodes = {"row0/server2"};
  tenant.start = Seconds(2);
  tenant.waveform.phases = {test::phase(PhaseKind::compute, 100, 0.5)};
  ScriptedRun run(std::move(s));
  std::vector<std::vector<std::optional<Priority>>> seen;
  const auto look = [&](const ControlView& view) {
    seen.emplace_back();
    for (const ServerInfo& info : view.site.nodes[0].servers) seen.back().push_back(info.priority);
  };
  for (const double date : {1.0, 3.0, 5.0, 7.0}) run.look(date, look);
  run.at(2, Assign{InstanceId(0), kSpare});
  run.at(4, test::deploy(0, {{test::kTwo, kSpare, ServerId(0), 2}}));
  run.at(4, test::deploy(1, {}));
  run.at(6, test::deploy(0, {}));
  run.run();
  const auto high = Priority::high, low = Priority::low;
  using Row = std::vector<std::optional<Priority>>;
  EXPECT_EQ(seen, (std::vector<Row>{{low, low, {}}, {high, low, low}, {high, {}, low}, {{}, {}, low}}));
}

/// Request 2 waits at instance 0, then 4, then 6; 3 and 5 wait at instance 1.
TEST(Requeue, HandsTheNewestPartBackToTheRouter) {
  ScriptedRun run(with_queues());
  run.at(2, Requeue{InstanceId(0), 0.5});
  auto requests = requests_at({1, 1, 1.1, 1.2, 1.3, 1.4, 1.5}, 8);
  requests[0].output_tokens = 32;
  const Report report = run.run(requests);
  EXPECT_EQ(report.fleet.requeued, 2U);
  EXPECT_EQ(run.ends.of.at(4), (End{4.125, 5, 1}));
  EXPECT_EQ(run.ends.of.at(2), (End{5.125, 6, 0}));
  EXPECT_EQ(run.ends.of.at(6), (End{6.125, 7, 0}));  // the router sent it where it was
  EXPECT_EQ(report.requests_residual, 0);
}

TEST(Squash, DropsWhatHasWaitedTooLong) {
  Scenario s = with_queues();
  s.serving->servers = 1;
  s.slo["low"].ttft = Seconds(1);
  ScriptedRun run(std::move(s));
  run.at(4, Squash{InstanceId(0), 2.0});
  auto requests = requests_at({1, 1.5, 3.5}, 8);
  requests[0].output_tokens = 64;
  const Report report = run.run(requests);
  EXPECT_EQ(report.all.squashed, 1U);
  EXPECT_EQ(report.all.rejected, 0U);
  EXPECT_EQ(report.all.slo_counted, 3U);
  EXPECT_EQ(report.all.slo_attained, 1U);
  EXPECT_FALSE(run.ends.of.contains(1));
  EXPECT_EQ(run.ends.of.at(2), (End{9.125, 10, 0}));
  EXPECT_EQ(report.requests_residual, 0);
}

TEST(Squash, DropsNothingThatHasNoTarget) {
  ScriptedRun run(with_queues());
  run.at(10, Squash{InstanceId(0), 1e-9});
  auto requests = requests_at({1, 1, 1.5}, 8);
  requests[0].output_tokens = 200;
  const Report report = run.run(requests);
  EXPECT_EQ(report.all.completed, 3U);
}

}  // namespace
}  // namespace headroom

#include "fleet/deployments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/changing_fleet.hpp"

namespace headroom {
namespace {

using test::deploy;
using test::events_of;
using test::kFour;
using test::kOne;
using test::kOther;
using test::kTwo;
using test::member;
using test::requests_at;
using test::ScriptedRun;
using testing::ElementsAre;
using testing::IsEmpty;

void expect_balance(const Report& report) {
  EXPECT_LT(report.energy_residual, 1e-12);
  EXPECT_EQ(report.requests_residual, 0);
  EXPECT_EQ(report.tokens_residual, 0);
  EXPECT_EQ(report.kv_residual, 0);
}

/// Every instance takes one request at a time.
Scenario one_at_a_time(std::uint32_t servers) {
  Scenario s = test::changing_scenario(servers);
  s.policy.batching = test::chosen(builtin_batch_schedulers(), "continuous", {{"max_batch_sequences", 1}});
  return s;
}

TEST(Start, GoesThroughItsPhases) {
  ScriptedRun run(test::changing_scenario(1));
  run.at(10, deploy(0, {}));
  run.look(15, [&](const ControlView&) {
    EXPECT_EQ(run.power_of_server(0), 300);
    EXPECT_EQ(run.gpus(GpuUse::idle), 4U);
  });
  run.at(20, deploy(0, {member(kTwo, 0, 2)}));
  run.look(22.5, [&](const ControlView& view) {
    EXPECT_EQ(run.power_of_server(0), 300);  // boots
    EXPECT_EQ(run.gpus(GpuUse::starting), 2U);
    EXPECT_EQ(run.gpus(GpuUse::idle), 2U);
    EXPECT_EQ(view.fleet[InstanceId(2)].status, Status::starting);
    EXPECT_FALSE(view.fleet[InstanceId(2)].is_open());
    EXPECT_TRUE(view.fleet.is_in_transition(ServerId(0)));
  });
  run.look(23.5, [&](const ControlView&) { EXPECT_EQ(run.power_of_server(0), 320); });  // loads
  run.look(25.5, [&](const ControlView& view) {
    EXPECT_EQ(run.power_of_server(0), 320);  // warms up
    EXPECT_EQ(view.fleet[InstanceId(2)].status, Status::starting);
  });
  run.look(26, [&](const ControlView& view) {
    EXPECT_EQ(view.fleet[InstanceId(2)].status, Status::up);
    EXPECT_TRUE(view.fleet[InstanceId(2)].is_open());
    EXPECT_FALSE(view.fleet.is_in_transition(ServerId(0)));
    EXPECT_EQ(run.gpus(GpuUse::up), 2U);
  });
  const Report report = run.run(requests_at({12, 27}, 8));
  EXPECT_EQ(report.all.rejected_by[static_cast<std::size_t>(Rejection::no_instance)], 1U);  // that of 12 s
  EXPECT_EQ(run.ends.of.at(1), (test::Ends::End{27.125, 28, 2}));
  EXPECT_THAT(events_of(report, "start"), ElementsAre("20/6 row0/server0/instance2: script"));
  EXPECT_THAT(events_of(report, "stop"),
              ElementsAre("10 row0/server0/instance0: drained", "10 row0/server0/instance1: drained"));
  EXPECT_EQ(report.fleet.starts, 1U);
  EXPECT_EQ(report.fleet.stops, 2U);
  EXPECT_EQ(report.fleet.reshards, 0U);
  const auto& hours = report.fleet.gpu_hours;
  EXPECT_NEAR(hours.at("up") * 3600, 4 * 10 + 2 * 34, 1e-9);
  EXPECT_NEAR(hours.at("starting") * 3600, 2 * 6, 1e-9);
  EXPECT_NEAR(hours.at("idle") * 3600, 4 * 10 + 2 * 40, 1e-9);
  // 340 W to 10 s, 300 W to 23 s, 320 W, for one second of work 920 W.
  EXPECT_NEAR(report.it_energy.value(), 340 * 10 + 300 * 13 + 320 * 36 + 920, 1e-6);
  expect_balance(report);
}

TEST(Start, MayTakeNoTime) {
  Scenario s = test::changing_scenario(1);
  s.serving->start.reshard = Seconds(0);
  ScriptedRun run(std::move(s));
  run.at(3, deploy(0, {member(kFour, 0, 0)}));
  const Report report = run.run(requests_at({4}, 8));
  EXPECT_EQ(run.ends.of.at(0), (test::Ends::End{4.125, 5, 2}));
  EXPECT_THAT(events_of(report, "start"), ElementsAre("3/0 row0/server0/instance2: script"));
  expect_balance(report);
}

TEST(Start, MayFailInTheEnd) {
  Scenario s = test::changing_scenario(1);
  s.serving->start.failure_fraction = 1.0;
  ScriptedRun run(std::move(s));
  run.at(10, deploy(0, {}));
  run.at(20, deploy(0, {member(kTwo, 0, 2)}));
  run.look(26, [&](const ControlView& view) {
    EXPECT_EQ(view.fleet[InstanceId(2)].status, Status::gone);
    EXPECT_EQ(run.gpus(GpuUse::idle), 4U);
    EXPECT_EQ(run.power_of_server(0), 300);
  });
  const Report report = run.run();
  EXPECT_THAT(events_of(report, "start_failed"), ElementsAre("26 row0/server0/instance2: drawn"));
  EXPECT_EQ(report.fleet.starts, 1U);
  EXPECT_EQ(report.fleet.failed_starts, 1U);
  EXPECT_EQ(report.fleet.stops, 2U);  // those of 10 s
  expect_balance(report);
}

TEST(Start, BeginsUnderTheLockOfItsServer) {
  Scenario s = test::changing_scenario(1);
  s.actuation.clock_lock = Seconds(0);
  ScriptedRun run(std::move(s));
  run.at(5, deploy(0, {}));
  run.at(10, LockClock{ServerId(0), Hertz(705e6)});
  run.at(20, deploy(0, {member(kTwo, 0, 0)}));
  run.look(31, [&](const ControlView&) { EXPECT_EQ(run.power_of_server(0), 100 + 100 + 2 * 210); });
  const Report report = run.run(requests_at({30}, 8));
  // Half the clock: 0.25 s a step.
  EXPECT_EQ(run.ends.of.at(0), (test::Ends::End{30.25, 32, 2}));
  expect_balance(report);
}

TEST(Start, BeginsUnderTheCapOfItsServer) {
  Scenario s = test::changing_scenario(1);
  s.actuation.power_cap = Seconds(0);
  s.hardware.limits.cap_response = Seconds(0);
  ScriptedRun run(std::move(s));
  run.at(5, deploy(0, {}));
  run.at(10, CapPower{ServerId(0), Power(210)});
  run.at(20, deploy(0, {member(kTwo, 0, 0)}));
  run.look(31, [&](const ControlView&) { EXPECT_NEAR(run.power_of_server(0), 100 + 100 + 2 * 210, 2); });
  run.run(requests_at({30}, 8));
  EXPECT_NEAR(run.ends.of.at(0).at, 32, 0.05);  // half the clock, but for its steps
}

/// A breaker that carries 300 W and more for 20 s, 200 W for ever.
Scenario with_breaker() {
  Scenario s = test::changing_scenario(1);
  s.site.levels[0].rating = Power(200);
  s.site.levels[0].protection = ProtectionSpec{{{1.5, Seconds(20)}}, TripAction::report};
  return s;
}

/// Of 340 W, 300 W are left, and never less.
TEST(Stop, LeavesABreakerAsWornAsItIs) {
  ScriptedRun run(with_breaker());
  run.at(10, deploy(0, {}));
  EXPECT_THAT(events_of(run.run(), "trip"), ElementsAre("20 row0: overload carried too long: report"));
}

TEST(Reshard, LeavesABreakerAsWornAsItIs) {
  ScriptedRun run(with_breaker());
  run.at(10, deploy(0, {member(kFour, 0, 0)}));
  EXPECT_THAT(events_of(run.run(), "trip"), ElementsAre("20 row0: overload carried too long: report"));
}

TEST(Start, LeavesABreakerAsWornAsItIsWhereItFails) {
  Scenario s = with_breaker();
  s.serving->start.failure_fraction = 1.0;
  ScriptedRun run(std::move(s));
  run.at(1, deploy(0, {member(kFour, 0, 0)}));
  EXPECT_THAT(events_of(run.run(), "trip"), ElementsAre("20 row0: overload carried too long: report"));
}

/// Request 0 runs on server 0 and request 1 on server 1; 2 waits behind 0.
TEST(Drain, HandsOverWhatWaitsAtOnceAndWhatStillRunsAtItsLimit) {
  Scenario s = one_at_a_time(2);
  s.serving->tensor_parallel = 4;
  s.serving->drain.limit = Seconds(10.0625);
  ScriptedRun run(std::move(s));
  run.at(2, deploy(0, {}));
  run.look(2.5, [&](const ControlView& view) {
    EXPECT_EQ(view.fleet[InstanceId(0)].status, Status::draining);
    EXPECT_EQ(view.fleet[InstanceId(0)].load.outstanding, 1U);
    EXPECT_EQ(run.gpus(GpuUse::draining), 4U);
    EXPECT_EQ(run.power_of_server(0), 100 + 4 * 360);
  });
  run.look(12.5, [&](const ControlView& view) {
    EXPECT_EQ(view.fleet[InstanceId(0)].status, Status::gone);
    EXPECT_EQ(run.power_of_server(0), 300);
  });
  auto requests = requests_at({1, 1, 1.5, 5}, 8);
  requests[0].output_tokens = 400;
  const Report report = run.run(requests);
  EXPECT_EQ(run.ends.of.at(1), (test::Ends::End{1.125, 2, 1}));
  EXPECT_EQ(run.ends.of.at(2), (test::Ends::End{2.125, 3, 1}));
  EXPECT_EQ(run.ends.of.at(3), (test::Ends::End{5.125, 6, 1}));
  // Half a step under way at 12.0625 s is lost; its 88 tokens are prefilled again with the prompt.
  EXPECT_EQ(run.ends.of.at(0), (test::Ends::End{1.125, 51.0625, 1}));
  EXPECT_NEAR(report.all.latency.tbt.max(), 0.1875, 1e-9);
  EXPECT_EQ(report.recomputed_tokens, 10U + 88);
  EXPECT_EQ(report.fleet.requeued, 2U);
  EXPECT_EQ(report.fleet.drains, 1U);
  EXPECT_EQ(report.fleet.stops, 1U);
  EXPECT_THAT(events_of(report, "drain"), ElementsAre("2/10.0625 row0/server0/instance0: script"));
  EXPECT_EQ(report.output_tokens, 424U);
  expect_balance(report);
}

TEST(Drain, EndsWithItsLastRequest) {
  ScriptedRun run(test::changing_scenario(1));
  run.at(2, deploy(0, {member(kTwo, 0, 2)}));
  const Report report = run.run(requests_at({1}, 16));
  EXPECT_EQ(run.ends.of.at(0), (test::Ends::End{1.125, 3, 0}));
  EXPECT_THAT(events_of(report, "drain"), ElementsAre("2/1 row0/server0/instance0: script"));
  EXPECT_THAT(events_of(report, "stop"), ElementsAre("3 row0/server0/instance0: drained"));
  EXPECT_EQ(report.fleet.starts, 0U);  // the other one stands already
  EXPECT_EQ(report.fleet.requeued, 0U);
  expect_balance(report);
}

TEST(Drain, MayLeaveWhatWaitsWhereItIs) {
  Scenario s = one_at_a_time(2);
  s.serving->tensor_parallel = 4;
  s.serving->drain.requeue_waiting = false;
  ScriptedRun run(std::move(s));
  run.at(2, deploy(0, {}));
  const Report report = run.run(requests_at({1, 1, 1.5}, 16));
  EXPECT_EQ(run.ends.of.at(2), (test::Ends::End{3.125, 5, 0}));
  EXPECT_THAT(events_of(report, "drain"), ElementsAre("2/3 row0/server0/instance0: script"));
  expect_balance(report);
}

/// Both instances of server 0 are to go, and the second one is idle: what waits at the first does not go there.
TEST(Drain, HandsNothingToAnotherThatDrainsToo) {
  Scenario s = one_at_a_time(2);
  s.policy.router = test::chosen(builtin_routers(), "least_outstanding", {});
  ScriptedRun run(std::move(s));
  run.at(2, deploy(0, {}));
  auto requests = requests_at({1, 1, 1, 1, 1.25}, 16);
  requests[1].output_tokens = 4;
  const Report report = run.run(requests);
  EXPECT_EQ(report.fleet.requeued, 1U);
  EXPECT_EQ(run.ends.of.at(4), (test::Ends::End{3.125, 5, 2}));
  expect_balance(report);
}

/// Instances of two GPUs, of which one works to 5 s, become one of four.
TEST(Reshard, WaitsForTheGpusAndIsShorterThanAStart) {
  ScriptedRun run(test::changing_scenario(1));
  run.at(3, deploy(0, {member(kFour, 0, 0)}));
  run.look(4, [&](const ControlView& view) {
    EXPECT_EQ(run.gpus(GpuUse::draining), 2U);
    EXPECT_EQ(run.gpus(GpuUse::idle), 2U);
    EXPECT_EQ(view.fleet.instances(), 2U);
  });
  run.look(5.5, [&](const ControlView&) {
    EXPECT_EQ(run.gpus(GpuUse::starting), 4U);
    EXPECT_EQ(run.power_of_server(0), 340);
  });
  const Report report = run.run(requests_at({1}, 32));
  EXPECT_THAT(events_of(report, "start"), ElementsAre("5/4 row0/server0/instance2: script"));
  EXPECT_EQ(report.fleet.reshards, 1U);
  EXPECT_EQ(report.fleet.starts, 1U);
  expect_balance(report);
}

TEST(Reshard, LeavesAMemberThatStands) {
  ScriptedRun run(test::changing_scenario(1));
  run.at(3, deploy(0, {member(kTwo, 0, 0), member(kOne, 0, 2), member(kOne, 0, 3)}));
  run.look(4, [&](const ControlView& view) {
    EXPECT_EQ(view.fleet[InstanceId(0)].status, Status::up);
    EXPECT_EQ(view.fleet[InstanceId(1)].status, Status::gone);
    EXPECT_EQ(view.fleet[InstanceId(2)].status, Status::starting);
    EXPECT_EQ(view.fleet.server(ServerId(0)).slices.size(), 3U);
  });
  const Report report = run.run(requests_at({1, 10, 10, 10}, 32));
  EXPECT_EQ(report.fleet.starts, 2U);
  EXPECT_EQ(report.fleet.reshards, 2U);
  EXPECT_EQ(report.fleet.drains, 1U);
  EXPECT_EQ(run.ends.of.at(0), (test::Ends::End{1.125, 5, 0}));
  EXPECT_EQ(report.all.completed, 4U);
  expect_balance(report);
}

TEST(Deployment, OfAnotherModelIsAWholeStart) {
  ScriptedRun run(test::changing_scenario(1));
  run.at(3, deploy(0, {member(kTwo, 0, 0), member(kOther, 0, 2)}));
  const Report report = run.run();
  EXPECT_THAT(events_of(report, "start"), ElementsAre("3/6 row0/server0/instance2: script"));
  EXPECT_EQ(report.fleet.reshards, 0U);
  expect_balance(report);
}

/// What a model is, not where it is written: a variant may name its service's model again.
TEST(Deployment, OfAVariantThatNamesTheSameModelIsAReshard) {
  Scenario s = test::changing_scenario(1);
  s.serving->variants["other"].model = s.serving->model;
  ScriptedRun run(std::move(s));
  run.at(3, deploy(0, {member(kTwo, 0, 0), member(kOther, 0, 2)}));
  const Report report = run.run();
  EXPECT_THAT(events_of(report, "start"), ElementsAre("3/4 row0/server0/instance2: script"));
  EXPECT_EQ(report.fleet.reshards, 1U);
}

TEST(Deployment, OverSeveralServersStartsWhereGpusAreFree) {
  ScriptedRun run(test::changing_scenario(2));
  run.at(3, Deploy{{ServerId(0), ServerId(1)}, {member(kFour, 0, 0), member(kFour, 1, 0)}});
  const Report report = run.run(requests_at({1}, 32));
  EXPECT_THAT(events_of(report, "start"),
              ElementsAre("3/4 row0/server1/instance4: script", "5/4 row0/server0/instance5: script"));
  EXPECT_EQ(report.fleet.reshards, 2U);
  expect_balance(report);
}

TEST(Deployment, IsNotAppliedWhereItsServerIsInTransitionWhenItLands) {
  ScriptedRun run(test::changing_scenario(1));
  run.at(3, deploy(0, {member(kFour, 0, 0)}));
  run.at(3, deploy(0, {}));
  const Report report = run.run(requests_at({1}, 32));
  EXPECT_THAT(events_of(report, "not_applied"), ElementsAre("3 row0/server0: row0/server0 is in transition"));
  EXPECT_EQ(report.fleet.not_applied, 1U);
  EXPECT_EQ(report.fleet.starts, 1U);
}

/// Two that decide on the same view: the first one lands, and what stands there is no longer what the second one saw.
TEST(Deployment, IsNotAppliedWhereAnInstanceThatItMeantToKeepIsGone) {
  Scenario s = test::changing_scenario(1);
  s.actuation.order = Seconds(1);
  ScriptedRun run(std::move(s));
  run.at(3, deploy(0, {member(kTwo, 0, 0)}));
  run.at(3, deploy(0, {member(kTwo, 0, 2)}));
  const Report report = run.run();
  EXPECT_THAT(events_of(report, "stop"), ElementsAre("4 row0/server0/instance1: drained"));
  EXPECT_THAT(events_of(report, "not_applied"),
              ElementsAre("4 row0/server0: row0/server0 has changed since it was decided"));
  EXPECT_EQ(report.fleet.not_applied, 1U);
  EXPECT_EQ(report.fleet.starts, 0U);
  EXPECT_EQ(run.status(0), Status::up);
}

TEST(Deployment, IsNotAppliedWhereAnInstanceStandsThatItDidNotSee) {
  Scenario s = test::changing_scenario(1);
  s.actuation.order = Seconds(10);
  ScriptedRun run(std::move(s));
  run.at(1, deploy(0, {member(kTwo, 0, 0)}));
  run.at(12, deploy(0, {member(kTwo, 0, 0), member(kTwo, 0, 2)}));  // serves from 28 s on
  run.at(21, deploy(0, {member(kTwo, 0, 0)}));
  const Report report = run.run();
  EXPECT_THAT(events_of(report, "not_applied"),
              ElementsAre("31 row0/server0: row0/server0 has changed since it was decided"));
  EXPECT_EQ(run.status(2), Status::up);
}

TEST(Order, IsNotAppliedOnAnInstanceThatIsGoneWhenItLands) {
  Scenario s = test::changing_scenario(1);
  s.actuation.order = Seconds(1);
  ScriptedRun run(std::move(s));
  run.at(3, deploy(0, {}));
  run.at(3, Steer{InstanceId(0), 0.0});
  run.at(3, SetClock{InstanceId(1), Hertz(705e6)});  // lands in time
  const Report report = run.run();
  EXPECT_THAT(events_of(report, "not_applied"), ElementsAre("4 row0/server0/instance0: the instance is gone"));
  EXPECT_EQ(report.fleet.not_applied, 1U);
}

}  // namespace
}  // namespace headroom

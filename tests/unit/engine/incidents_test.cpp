#include "engine/incidents.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/changing_fleet.hpp"

namespace headroom {
namespace {

using test::deploy;
using test::events_of;
using test::kFour;
using test::member;
using test::requests_at;
using test::ScriptedRun;
using testing::ElementsAre;
using End = test::Ends::End;

/// Two servers of one instance each, which serves one request at a time; server 0 is taken away.
Scenario evicted(double at, double notice) {
  Scenario s = test::changing_scenario(2);
  s.serving->tensor_parallel = 4;
  s.policy.batching = test::chosen(builtin_batch_schedulers(), "continuous", {{"max_batch_sequences", 1}});
  s.incidents.evictions = {{{"row0/server0"}, Seconds(at), Seconds(notice)}};
  return s;
}

TEST(Eviction, DrainsItsServersAndTakesTheirPower) {
  ScriptedRun run(evicted(2, 6));
  run.look(2, [&](const ControlView& view) {
    EXPECT_TRUE(view.fleet.server(ServerId(0)).leaving);
    EXPECT_TRUE(view.fleet.server(ServerId(0)).up);
    EXPECT_EQ(run.power_of_server(0), 1540);
  });
  run.look(7.5, [&](const ControlView&) { EXPECT_EQ(run.power_of_server(0), 300); });
  run.look(8.5, [&](const ControlView& view) {
    EXPECT_FALSE(view.fleet.server(ServerId(0)).up);
    EXPECT_EQ(run.power_of_server(0), 0);
    EXPECT_EQ(run.gpus(GpuUse::down), 4U);
    EXPECT_EQ(run.gpus(GpuUse::up), 4U);
  });
  auto requests = requests_at({1, 1, 1.5, 4}, 8);
  requests[0].output_tokens = 400;
  const Report report = run.run(requests);
  EXPECT_EQ(run.ends.of.at(2), (End{2.125, 3, 1}));
  EXPECT_EQ(run.ends.of.at(3), (End{4.125, 5, 1}));
  EXPECT_EQ(run.ends.of.at(0), (End{1.125, 51, 1}));  // handed over at 7 s, between two steps
  EXPECT_THAT(events_of(report, "eviction_notice"), ElementsAre("2 row0/server0: eviction in 6 s"));
  EXPECT_THAT(events_of(report, "evicted"), ElementsAre("8 row0/server0: notice of 6 s is over"));
  EXPECT_THAT(events_of(report, "drain"), ElementsAre("2/5 row0/server0/instance0: eviction in 6 s"));
  EXPECT_NEAR(report.fleet.gpu_hours.at("down") * 3600, 4 * 52, 1e-9);
  EXPECT_EQ(report.all.completed, 4U);
  EXPECT_LT(report.energy_residual, 1e-12);
}

/// Those of all servers drain at once: nothing goes from one to the other.
TEST(Eviction, OfAllServersLeavesWhatWaitsToNobody) {
  Scenario s = evicted(2, 6);
  s.incidents.evictions[0].nodes = {"row0"};
  ScriptedRun run(std::move(s));
  auto requests = requests_at({1, 1, 1.25}, 8);
  requests[0].output_tokens = 32;
  const Report report = run.run(requests);
  EXPECT_EQ(report.fleet.requeued, 1U);
  EXPECT_EQ(report.all.completed, 2U);
  EXPECT_EQ(report.all.rejected_by[static_cast<std::size_t>(Rejection::no_instance)], 1U);
}

TEST(Eviction, WithoutNoticeHandsOverWhatItCan) {
  ScriptedRun run(evicted(2, 0));
  auto requests = requests_at({1, 1, 1.5}, 8);
  requests[0].output_tokens = 32;
  const Report report = run.run(requests);
  EXPECT_EQ(run.ends.of.at(2).instance, 1U);
  EXPECT_EQ(report.all.rejected_by[static_cast<std::size_t>(Rejection::lost)], 1U);
  EXPECT_EQ(report.tokens_residual, 0);
  EXPECT_EQ(report.output_tokens, 8U + 8 + 8);  // of those, 8 were lost
}

TEST(Eviction, ShortensADrainThatIsUnderWay) {
  ScriptedRun run(evicted(2, 6));
  run.at(1.5, deploy(0, {}));  // until 11.5 s
  auto requests = requests_at({1}, 400);
  const Report report = run.run(requests);
  EXPECT_THAT(events_of(report, "drain"), ElementsAre("1.5/5.5 row0/server0/instance0: script"));
  EXPECT_EQ(report.fleet.drains, 1U);
  EXPECT_EQ(report.all.completed, 1U);
}

TEST(Eviction, ThatEndsLaterLengthensNoDrain) {
  ScriptedRun run(evicted(2, 30));
  run.at(1.5, deploy(0, {}));
  const Report report = run.run(requests_at({1}, 400));
  EXPECT_THAT(events_of(report, "drain"), ElementsAre("1.5/10 row0/server0/instance0: script"));
}

TEST(Eviction, IsOverWhenTheFirstOfSeveralIs) {
  Scenario s = evicted(2, 20);
  s.incidents.evictions.push_back({{"row0"}, Seconds(3), Seconds(4)});
  s.incidents.evictions.push_back({{"row0/server0"}, Seconds(4), Seconds(40)});
  ScriptedRun run(std::move(s));
  const Report report = run.run(requests_at({1}, 400));
  EXPECT_THAT(events_of(report, "drain"), ElementsAre("2/4 row0/server0/instance0: eviction in 20 s",
                                                      "3/0 row0/server1/instance1: eviction in 4 s"));
}

TEST(Throttling, EndsWithThePower) {
  Scenario s = evicted(10, 10);
  s.actuation.clock_lock = Seconds(0);
  ScriptedRun run(std::move(s));
  run.at(5, LockClock{ServerId(0), Hertz(705e6)});
  run.at(30, LockClock{ServerId(0), Hertz(1395e6)});
  run.at(40, Release{ServerId(0), Release::What::clock});
  run.at(45, LockClock{ServerId(0), Hertz(705e6)});
  EXPECT_EQ(run.run().throttle.throttled_server_s, 15);
}

TEST(Eviction, StopsWhatStartsWhenItIsDone) {
  ScriptedRun run(evicted(5, 10));
  run.at(1, deploy(0, {}));
  run.at(3, deploy(0, {member(kFour, 0, 0)}));
  const Report report = run.run();
  EXPECT_THAT(events_of(report, "stop"),
              ElementsAre("1 row0/server0/instance0: drained", "9 row0/server0/instance2: its server is about to go"));
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST(Eviction, EndsWhatStartsWithThePower) {
  ScriptedRun run(evicted(5, 2));
  run.at(1, deploy(0, {}));
  run.at(3, deploy(0, {member(kFour, 0, 0)}));
  const Report report = run.run();
  EXPECT_THAT(events_of(report, "start"), ElementsAre("3/4 row0/server0/instance2: script"));
  EXPECT_THAT(events_of(report, "stop"),
              ElementsAre("1 row0/server0/instance0: drained", "7 row0/server0/instance2: power cut"));
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST(Eviction, LetsNoDeploymentOntoItsServers) {
  Scenario s = evicted(2, 6);
  s.actuation.order = Seconds(1);
  ScriptedRun run(std::move(s));
  run.at(2.5, deploy(0, {}));
  run.at(7.5, deploy(0, {member(kFour, 0, 0)}));  // lands when the power is gone
  const Report report = run.run();
  EXPECT_THAT(events_of(report, "not_applied"), ElementsAre("3.5 row0/server0: row0/server0 is about to go",
                                                            "8.5 row0/server0: row0/server0 has no power"));
  EXPECT_EQ(report.fleet.not_applied, 2U);
  EXPECT_EQ(report.fleet.starts, 0U);
}

}  // namespace
}  // namespace headroom

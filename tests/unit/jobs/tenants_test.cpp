#include "jobs/tenants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "support/changing_fleet.hpp"
#include "support/training_fixtures.hpp"

namespace headroom {
namespace {

using test::deploy;
using test::events_of;
using test::kFour;
using test::member;
using test::ScriptedRun;
using testing::ElementsAre;

/// 300 W of its GPUs for 10 s, 100 W for 5 s.
TenantConfig tenant(const std::string& name, std::uint32_t gpus, double start, double duration) {
  TenantConfig config;
  config.name = name;
  config.gpus = gpus;
  config.nodes = {"row0/server1"};
  config.start = Seconds(start);
  config.duration = Seconds(duration);
  config.waveform.phases = {test::phase(PhaseKind::compute, 10, 0.75), test::phase(PhaseKind::communication, 5, 0.25)};
  return config;
}

/// Server 0 serves; server 1 is for tenants.
Scenario with_tenants(std::vector<TenantConfig> tenants) {
  Scenario s = test::changing_scenario(2);
  s.serving->servers = 1;
  s.workload.tenants = std::move(tenants);
  s.actuation = {Seconds(0), Seconds(0), Seconds(0), Seconds(0), Seconds(0)};
  return s;
}

TEST(Tenants, TakeGpusOrWaitForThem) {
  ScriptedRun run(with_tenants({tenant("a", 3, 5, 20), tenant("b", 2, 6, 10), tenant("c", 1, 7, 2)}));
  const auto expect = [&](double date, double watts, std::uint64_t others) {
    run.look(date, [&run, watts, others](const ControlView&) {
      EXPECT_EQ(run.power_of_server(1), watts);
      EXPECT_EQ(run.gpus(GpuUse::other), others);
      EXPECT_EQ(run.gpus(GpuUse::idle), 4 - others);
    });
  };
  expect(4, 100 + 4 * 50, 0);
  expect(6.5, 100 + 3 * 300 + 50, 3);
  expect(8, 100 + 4 * 300, 4);
  expect(15.5, 100 + 3 * 100 + 50, 3);
  expect(20.5, 100 + 3 * 300 + 50, 3);
  expect(25.5, 100 + 2 * 300 + 2 * 50, 2);  // b came when a left
  expect(36, 100 + 4 * 50, 0);
  const Report report = run.run();
  ASSERT_EQ(report.tenants.size(), 3U);
  EXPECT_EQ(report.tenants[1].waited, Seconds(19));
  EXPECT_EQ(report.tenants[1].ended, Seconds(35));
  EXPECT_EQ(report.tenants[1].server, "row0/server1");
  EXPECT_NEAR(report.tenants[0].gpu_energy.value(), 3 * (15 * 300 + 5 * 100), 1e-6);
  EXPECT_THAT(events_of(report, "tenant_end"),
              ElementsAre("9 row0/server1: c: its time is over", "25 row0/server1: a: its time is over",
                          "35 row0/server1: b: its time is over"));
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST(Tenants, DrawLessUnderACapAndTakeNoLonger) {
  ScriptedRun run(with_tenants({tenant("a", 4, 5, 20)}));
  run.at(7, CapPower{ServerId(1), Power(200)});
  run.look(8, [&](const ControlView&) { EXPECT_NEAR(run.power_of_server(1), 100 + 4 * 200, 1e-9); });
  run.look(15.5, [&](const ControlView&) { EXPECT_EQ(run.power_of_server(1), 100 + 4 * 100); });
  run.at(16, Release{ServerId(1), Release::What::cap});
  run.at(21, LockClock{ServerId(1), Hertz(705e6)});
  run.look(22, [&](const ControlView&) { EXPECT_EQ(run.power_of_server(1), 100 + 4 * (50 + 125)); });
  const Report report = run.run();
  EXPECT_EQ(report.tenants[0].ended, Seconds(25));
  EXPECT_NEAR(report.tenants[0].gpu_energy.value(), 4 * (2 * 300 + 8 * 200 + 5 * 100 + 1 * 300 + 4 * 175), 1e-6);
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST(Tenants, GoWithThePower) {
  Scenario s = with_tenants({tenant("a", 3, 5, 20), tenant("b", 2, 6, 20)});
  s.incidents.evictions = {{{"row0/server1"}, Seconds(8), Seconds(2)}};
  ScriptedRun run(std::move(s));
  run.look(12, [&](const ControlView&) {
    EXPECT_EQ(run.power_of_server(1), 0);
    EXPECT_EQ(run.gpus(GpuUse::down), 4U);
    EXPECT_EQ(run.gpus(GpuUse::other), 0U);
  });
  const Report report = run.run();
  EXPECT_EQ(report.tenants[0].ended, Seconds(10));
  EXPECT_FALSE(report.tenants[1].started);
  EXPECT_EQ(report.tenants[1].waited, Seconds(54));
  EXPECT_LT(report.energy_residual, 1e-12);
}

/// The GPUs of an instance that drains are free when the power goes, but not for the tenant that waits for them.
TEST(Tenants, MoveOntoNoServerThatLosesItsPower) {
  Scenario s = with_tenants({tenant("a", 2, 1, 20)});
  s.workload.tenants[0].nodes = {"row0/server0"};
  s.incidents.evictions = {{{"row0/server0"}, Seconds(5), Seconds(0)}};
  ScriptedRun run(std::move(s));
  run.at(4, deploy(0, {}));
  const Report report = run.run({test::request(0, 3, 10, 400), test::request(1, 3, 10, 400)});
  EXPECT_FALSE(report.tenants[0].started);
}

/// A deployment waits for the GPUs of two instances; the tenant that came before it waits on.
TEST(Tenants, TakeNoGpusThatADeploymentWaitsFor) {
  Scenario s = with_tenants({tenant("a", 2, 1, 20)});
  s.workload.tenants[0].nodes = {"row0/server0"};
  ScriptedRun run(std::move(s));
  run.at(4, deploy(0, {member(kFour, 0, 0)}));
  const Report report = run.run({test::request(0, 3, 10, 24), test::request(1, 3, 10, 40)});
  EXPECT_FALSE(report.tenants[0].started);
  EXPECT_THAT(events_of(report, "start"), ElementsAre("8/4 row0/server0/instance2: script"));
}

TEST(Tenants, TakeTheGpusOfInstancesThatStopped) {
  Scenario s = with_tenants({tenant("a", 2, 1, 20)});
  s.workload.tenants[0].nodes = {"row0/server0"};
  ScriptedRun run(std::move(s));
  run.at(4, deploy(0, {}));
  const Report report = run.run({test::request(0, 3, 10, 24), test::request(1, 3, 10, 40)});
  ASSERT_TRUE(report.tenants[0].started);
  EXPECT_LE(*report.tenants[0].started, Seconds(8));
  EXPECT_LT(report.energy_residual, 1e-12);
}

}  // namespace
}  // namespace headroom

// Sites of several services and server types.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "support/changing_fleet.hpp"

namespace headroom {
namespace {

using test::requests_at;
using test::ScriptedRun;

/// Server 0 serves chat, server 1 code.
Scenario two_services() {
  Scenario s = test::changing_scenario(2);
  ServiceConfig service = *s.serving;
  s.serving.reset();
  service.servers = 1;
  service.pools = {{"all", {"chat"}, 1.0, ""}};
  s.services["a"] = service;
  service.pools = {{"all", {"code"}, 1.0, ""}};
  s.services["b"] = service;
  return s;
}

TEST(Services, GetTheirRequestsAndARowEach) {
  ScriptedRun run(two_services());
  auto requests = requests_at({1, 2, 3, 4}, 8);
  requests[3].request_class = ClassId(1);
  const Report report = run.run(requests, {"chat", "code"});
  std::vector<std::size_t> instances;
  for (const auto& [id, end] : run.ends.of) instances.push_back(end.instance);
  EXPECT_EQ(instances, (std::vector<std::size_t>{0, 1, 0, 2}));
  EXPECT_EQ(report.services.at("a").requests.completed, 3U);
  EXPECT_EQ(report.services.at("b").requests.completed, 1U);
  // Four GPUs of 60 W for 60 s; two draw 300 W more for a second of each request.
  EXPECT_NEAR(report.services.at("a").gpu_energy.value(), 4 * 60 * 60 + 3 * 600, 1e-6);
  EXPECT_NEAR(report.services.at("b").gpu_energy.value(), 4 * 60 * 60 + 600, 1e-6);
}

TEST(Services, RejectWhatNobodyServes) {
  ScriptedRun run(two_services());
  auto requests = requests_at({1, 2}, 8);
  requests[1].request_class = ClassId(2);
  const Report report = run.run(requests, {"chat", "code", "speech"});
  EXPECT_EQ(report.all.completed, 1U);
  EXPECT_EQ(report.all.rejected_by[static_cast<std::size_t>(Rejection::no_instance)], 1U);
}

TEST(Services, TakeOverServersOfEachOther) {
  ScriptedRun run(two_services());
  // The service b on two GPUs: variants are counted by service, four each.
  run.at(2, Deploy{{ServerId(0)}, {Member{VariantId(4), PoolId(1), ServerId(0), 0}}});
  auto requests = requests_at({10, 10.1, 10.2, 10.3}, 8);
  for (Request& request : requests) request.request_class = ClassId(1);
  const Report report = run.run(requests, {"chat", "code"});
  EXPECT_EQ(run.ends.of.at(2).instance, 4U);
  EXPECT_EQ(report.fleet.reshards, 1U);  // the same model
  EXPECT_EQ(report.services.at("b").requests.completed, 4U);
}

/// Server 1 has two GPUs, which draw 20 W, 30 W with a model and 130 W at work, and a host of 50 W.
Scenario two_types() {
  Scenario s = test::changing_scenario(2);
  HardwareConfig& lean = (s.server_types["lean"] = {s.hardware, {"row0/server1"}}).hardware;
  lean.name = lean.gpu.name = "lean";
  lean.gpu.max_clock = Hertz(1000e6);
  lean.gpu_power.idle = Power(20);
  lean.gpu_power.idle_loaded = Power(30);
  lean.gpu_power.active = Power(100);
  lean.server.gpus = 2;
  lean.server.host_idle = Power(50);
  return s;
}

TEST(ServerTypes, DrawByTheirHardware) {
  ScriptedRun run(two_types());
  run.look(0.5, [&](const ControlView& view) {
    EXPECT_EQ(view.fleet.instances(), 3U);
    EXPECT_EQ(run.power_of_server(0), 100 + 4 * 60);
    EXPECT_EQ(run.power_of_server(1), 50 + 2 * 30);
  });
  run.look(2, [&](const ControlView&) {
    EXPECT_EQ(run.power_of_server(0), 100 + 4 * 360);
    EXPECT_EQ(run.power_of_server(1), 50 + 2 * 130);
  });
  const Report report = run.run(requests_at({1, 1, 1}, 16));
  // 450 W when nothing runs; 1200 W and 200 W more for two seconds.
  EXPECT_NEAR(report.it_energy.value(), 450 * 60 + 2 * (1200 + 200), 1e-6);
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST(ServerTypes, HaveClocksOfTheirOwn) {
  Scenario s = two_types();
  s.actuation.clock_lock = Seconds(0);
  ScriptedRun run(std::move(s));
  run.at(0.5, LockClock{ServerId(1), Hertz(505e6)});  // half of 1 GHz, on its grid of 15 MHz
  run.look(2, [&](const ControlView& view) {
    EXPECT_EQ(view.world.clocks.size(), 2U);
    EXPECT_EQ(run.power_of_server(1), 50 + 2 * (30 + 100 * 0.505));
  });
  run.run(requests_at({1, 1, 1}, 16));
  EXPECT_NEAR(run.ends.of.at(2).at, 1 + 2 / 0.505, 1e-9);
  EXPECT_EQ(run.ends.of.at(1).at, 3);
}

}  // namespace
}  // namespace headroom

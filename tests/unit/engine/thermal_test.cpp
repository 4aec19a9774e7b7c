#include "thermal/thermal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/changing_fleet.hpp"
#include "support/thermal_fixtures.hpp"
#include "support/training_fixtures.hpp"

// Each test runs one simulation, with SimGrid's one engine of a process.

namespace headroom {
namespace {

std::vector<EventRecord> throttles_of(const Report& report) {
  std::vector<EventRecord> found;
  for (const EventRecord& event : report.events)
    if (report.texts.kind(event) == "thermal_throttle") found.push_back(event);
  return found;
}

/// In air of 60 degC a GPU at work would settle at 93.84 degC.
TEST(ThermalRun, SlowsAnOverheatedServerAndKeepsItsBooks) {
  Scenario s = test::small_scenario();
  test::heat(s, 60);
  s.duration = Seconds(600);
  const Report report = test::run(s, {test::request(0, 0.0, 10, 1000000)});
  const auto throttles = throttles_of(report);
  ASSERT_GT(throttles.size(), 5U);
  double throttled = 0;
  for (std::size_t i = 0; i < throttles.size(); ++i) {
    EXPECT_GE(throttles[i].duration_s, 1 - 1e-9);
    if (i > 0) {
      EXPECT_GT(throttles[i].time_s, throttles[i - 1].time_s + throttles[i - 1].duration_s);
    }
    throttled += throttles[i].duration_s;
  }
  const ThermalZone& site = report.thermal->site;
  EXPECT_EQ(site.throttles, throttles.size());
  EXPECT_NEAR(site.throttled_server_s, throttled, 1e-6);
  EXPECT_NEAR(site.gpu.max(), 85, 1e-6);
  EXPECT_LE(site.gpu.max(), 85 + 1e-6);
  // 460 W without a limit, 344.68 W at the power that holds 83 degC; 365.96 W would hold 85.
  EXPECT_GT(report.it_energy.value() / 600, 344);
  EXPECT_LT(report.it_energy.value() / 600, 366);
  EXPECT_LT(report.energy_residual, 1e-12);
  EXPECT_EQ(report.tokens_residual, 0);
  EXPECT_EQ(report.requests_residual, 0);
}

TEST(ThermalRun, LeavesAnythingElseAlone) {
  Scenario s = test::small_scenario();
  s.hardware.thermal = test::a100_thermal();
  const Report report = test::run(s, {test::request(0, 0.0, 10, 100)});
  EXPECT_FALSE(report.thermal);
  EXPECT_EQ(report.simulated_s, 12.5);
}

/// A day from 20 degC at midnight to 60 at noon, seen by the hour; the sink follows with its 30 s.
TEST(ThermalRun, FollowsTheInletByItsUpdates) {
  Scenario s = test::small_scenario();
  test::heat(s, 0);
  s.cooling->outside = test::chosen(outside_kinds(), "day", {{"mean_c", 40}, {"amplitude_k", 20}, {"peak_s", 43200}});
  s.cooling->update = Seconds(3600);
  s.duration = Seconds(43200 + 3600);
  const Report report = test::run(s, {test::request(0, 0.0, 10, 10000000)});
  // 85 = T + 33.84 lies between the updates at 8 h (40 + 20 cos 60 degrees = 50) and at 9 h (54.14).
  const auto throttles = throttles_of(report);
  ASSERT_FALSE(throttles.empty());
  EXPECT_GT(throttles[0].time_s, 9 * 3600);
  EXPECT_LT(throttles[0].time_s, 9 * 3600 + 60);
  EXPECT_NEAR(report.thermal->outside.max(), 60, 1e-9);
  EXPECT_NEAR(report.thermal->site.inlet.max(), 60, 1e-9);
}

/// Two instances of one GPU each: the second position is hotter, in both servers.
TEST(ThermalRun, LetsTheHottestGpuDecideForItsInstanceAlone) {
  Scenario s = test::small_scenario(2);
  test::heat(s, 50);
  s.hardware.server.gpus = 2;
  s.hardware.thermal->position_offsets = {0.0, 0.1};  // 83.84 and 87.22 degC
  s.duration = Seconds(200);
  std::vector<Request> requests;
  for (std::uint64_t i = 0; i < 4; ++i) requests.push_back(test::request(i, 0.0, 10, 1000000));
  const Report report = test::run(s, requests);
  const auto throttles = throttles_of(report);
  ASSERT_FALSE(throttles.empty());
  for (const EventRecord& event : throttles) EXPECT_EQ(report.texts[event.cause], "GPU 1 at 85 degC");
  EXPECT_EQ(throttles.size() % 2, 0U);  // both servers alike
  EXPECT_EQ(throttles[0].time_s, throttles[1].time_s);
}

/// Twenty rows of a rack each: a row's inlets are those of its rack.
TEST(ThermalRun, SpreadsRacksAndHeights) {
  Scenario s = test::small_scenario(100);
  s.site.levels[0].holds = 1;
  LevelConfig rack;
  rack.name = "rack";
  rack.holds = 5;
  s.site.levels.push_back(rack);
  test::heat(s, 20);
  s.cooling->offsets = {Kelvin(1), Kelvin(4)};
  s.duration = Seconds(600);
  const Report report = test::run(s, {});
  ASSERT_EQ(report.thermal->zones.size(), 20U);
  double sum = 0, squares = 0;
  for (const auto& [row, zone] : report.thermal->zones) {
    EXPECT_NEAR(zone.inlet.quantile(1.0) - zone.inlet.quantile(0.0), 4, 0.1) << row;
    EXPECT_NEAR(zone.inlet.max(), zone.inlet.mean() + 2, 1e-9) << row;
    const double offset = zone.inlet.mean() - 20;
    EXPECT_LE(std::abs(offset), 3 + 1e-9) << row;
    sum += offset;
    squares += offset * offset;
  }
  // Of 20 normal numbers of standard deviation 1: both bounds are more than three of their own.
  EXPECT_LT(std::abs(sum / 20), 0.7);
  EXPECT_NEAR(std::sqrt(squares / 20), 1, 0.5);
}

/// A row that serves, at 53.84 degC, and one that nobody uses: 20 degC and the 0.094 K/W of its idle 50 W.
TEST(ThermalRun, LeavesServersWithoutInstancesAtTheTemperatureOfIdleGpus) {
  Scenario s = test::small_scenario(2);
  s.site.levels[0].holds = 1;
  LevelConfig rack;
  rack.name = "rack";
  rack.holds = 1;
  s.site.levels.push_back(rack);
  s.serving->servers = 1;
  test::heat(s, 20);
  s.duration = Seconds(600);
  const Report report = test::run(s, {test::request(0, 0.0, 10, 1000000)});
  EXPECT_NEAR(report.thermal->zones.at("row0").gpu.max(), 53.84, 0.1);
  EXPECT_NEAR(report.thermal->zones.at("row1").gpu.mean(), 24.7, 1e-9);
  EXPECT_NEAR(report.thermal->zones.at("row1").gpu.max(), 24.7, 1e-9);
}

/// An instance on one of two GPUs, at rest: the other one, whose place is hotter, has nobody.
TEST(ThermalRun, CountsFreeGpusOfAServerThatSomebodyHas) {
  Scenario s = test::small_scenario();
  test::heat(s, 20);
  s.hardware.server.gpus = 2;
  s.hardware.thermal->position_offsets = {0.0, 0.5};
  s.duration = Seconds(600);
  auto script = std::make_unique<test::AtDates>();
  script->steps.emplace(10, [](const ControlView&, Actions& actions) {
    actions.add(test::deploy(0, {test::member(VariantId(0), 0, 0)}));
  });
  test::add_controller(s, "script", std::move(script));
  const Report report = test::run(s, {test::request(0, 700.0, 10, 10)});
  EXPECT_NEAR(report.thermal->site.gpu.mean(), 20 + 0.094 * 1.5 * 50, 0.1);  // not 25.64
}

/// Servers under the same load in the same air differ by what they draw of the spread: 5.64 K of warming times 5 %.
TEST(ThermalRun, SpreadsServers) {
  Scenario s = test::small_scenario(100);
  test::heat(s, 20);
  s.hardware.thermal->server_sd = 0.05;
  s.duration = Seconds(600);
  const Report report = test::run(s, {});
  const TemperatureDigest& gpu = report.thermal->site.gpu;
  const double sd = 0.05 * 0.094 * 60;
  EXPECT_NEAR(gpu.mean(), 20 + 0.094 * 60, 0.4 * sd);  // four standard deviations of a mean of 100
  EXPECT_GT(gpu.max(), gpu.mean() + 1.5 * sd);
  EXPECT_LE(gpu.max(), 20 + 0.094 * 60 + 3 * sd + 1e-9);
  EXPECT_LT(gpu.quantile(0.01), gpu.mean() - 1.5 * sd);
}

/// Air above the limit: all GPUs throttle from the first instant, hold for the whole run, and the run ends.
TEST(ThermalRun, EndsInAirThatNoPowerStands) {
  Scenario s = test::small_scenario();
  test::heat(s, 69);
  s.hardware.thermal->throttle = Celsius(60);
  s.hardware.thermal->release = Celsius(55);
  s.duration = Seconds(100);
  const Report report = test::run(s, {test::request(0, 50.0, 10, 10)});
  const auto throttles = throttles_of(report);
  ASSERT_EQ(throttles.size(), 1U);
  EXPECT_EQ(throttles[0].time_s, 0);
  EXPECT_EQ(throttles[0].duration_s, 100);
  EXPECT_EQ(throttles[0].value, 0);
  EXPECT_EQ(report.all.completed, 1U);  // at the lowest clock
}

/// The same air, and a job of 360 W on the GPU.
TEST(ThermalRun, SlowsAnOverheatedJob) {
  Scenario s = test::small_scenario();
  s.serving.reset();
  test::heat(s, 60);
  SiteJob& job = s.workload.jobs.emplace_back();
  job.name = "job";
  job.gpus = 1;
  job.shape.waveform.phases = {test::phase(PhaseKind::compute, 7, 0.9)};
  s.duration = Seconds(600);
  const Report report = test::run(s, {});
  EXPECT_GT(throttles_of(report).size(), 5U);
  EXPECT_NEAR(report.thermal->site.gpu.max(), 85, 1e-6);
  EXPECT_GT(report.it_energy.value() / 600, 344);
  EXPECT_LT(report.it_energy.value() / 600, 366);
  EXPECT_LT(report.energy_residual, 1e-12);
}

/// A tenant moves in at 300 s, when the instance before it has warmed the heatsink: its 360 W are too much at once. On
/// a cold one they would be after 21 s.
TEST(ThermalRun, LeavesAHeatsinkWarmToTheNextOccupant) {
  Scenario s = test::small_scenario();
  test::heat(s, 60);
  s.serving->drain.limit = Seconds(0);
  TenantConfig& tenant = s.workload.tenants.emplace_back();
  tenant.name = "tenant";
  tenant.nodes = {"row0"};
  tenant.waveform.phases = {test::phase(PhaseKind::compute, 1000, 0.9)};
  s.duration = Seconds(600);
  auto script = std::make_unique<test::AtDates>();
  script->steps.emplace(300, [](const ControlView&, Actions& actions) { actions.add(test::deploy(0, {})); });
  test::add_controller(s, "script", std::move(script));
  const Report report = test::run(s, {test::request(0, 0.0, 10, 1000000)});
  EXPECT_EQ(report.tenants[0].started, Seconds(300));
  const auto throttles = throttles_of(report);
  const auto next = std::ranges::find_if(throttles, [](const EventRecord& event) { return event.time_s >= 300; });
  ASSERT_NE(next, throttles.end());
  EXPECT_LT(next->time_s, 302);
  EXPECT_NEAR(report.thermal->site.gpu.max(), 85, 1e-6);
  EXPECT_LT(report.energy_residual, 1e-12);
}

}  // namespace
}  // namespace headroom

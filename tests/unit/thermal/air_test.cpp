// Aisles, recirculation, incidents and windows of whole runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/changing_fleet.hpp"
#include "support/thermal_fixtures.hpp"

namespace headroom {
namespace {

using test::events_of;
using test::ScriptedRun;
using testing::ElementsAre;

/// Four rows of a server each, two to an aisle, in air of 20 degC. Idle servers want 0.023 m3/s and draw 160 W, those
/// at work want 0.038 and draw 460 W.
Scenario two_aisles() {
  Scenario s = test::small_scenario(4);
  s.site.levels[0].holds = 1;
  LevelConfig rack;
  rack.name = "rack";
  rack.holds = 1;
  s.site.levels.push_back(rack);
  test::heat(s, 20);
  s.hardware.server.airflow = {0.04, 0.5};
  s.cooling->aisles = {{"cold0", {"row0", "row1"}, {}}, {"cold1", {"row2", "row3"}, {}}};
  s.cooling->update = Seconds(10);
  s.duration = Seconds(300);
  return s;
}

/// One for each server, from the start of the run to its end.
std::vector<Request> work_for_all() {
  std::vector<Request> requests;
  for (std::uint64_t i = 0; i < 4; ++i) requests.push_back(test::request(i, 0.0, 10, 1000000));
  return requests;
}

/// Two servers at work get 0.05 m3/s where they want 0.076: 1 - 0.05 / 0.076 of it comes back.
constexpr double kRise = (0.076 / 0.05 - 1) * 920 / (1206 * 0.076);

TEST(Aisles, WarmTheirInletsWhereTheyLackAir) {
  Scenario s = two_aisles();
  s.cooling->aisles[0].airflow = 0.05;
  ScriptedRun run(std::move(s));
  run.look(60.5, [](const ControlView& view) {
    ASSERT_NE(view.heat, nullptr);
    const Heat& heat = *view.heat;
    EXPECT_EQ(heat.aisles(), 2U);
    EXPECT_EQ(heat.aisle_of(ServerId(1)), 0U);
    EXPECT_EQ(heat.aisle_of(ServerId(2)), 1U);
    EXPECT_NEAR(heat.demand(0), 0.076, 1e-12);
    EXPECT_EQ(heat.supply(0), 0.05);
    EXPECT_NEAR(heat.supply(1), 0.08, 1e-12);
    EXPECT_NEAR(heat.inlet(ServerId(0)).value(), 20 + kRise, 1e-9);
    EXPECT_NEAR(heat.inlet(ServerId(1)).value(), 20 + kRise, 1e-9);
    EXPECT_EQ(heat.inlet(ServerId(2)), Celsius(20));
  });
  const Report report = run.run(work_for_all());
  const auto& aisles = report.thermal->aisles;
  ASSERT_EQ(aisles.size(), 2U);
  EXPECT_EQ(aisles.at("cold0").airflow_limit_m3_per_s, 0.05);
  EXPECT_NEAR(aisles.at("cold0").max_demand_m3_per_s, 0.076, 1e-12);
  EXPECT_NEAR(aisles.at("cold0").short_s, 290, 1e-9);  // idle at the first look, at the start
  EXPECT_EQ(aisles.at("cold1").short_s, 0);
}

TEST(Aisles, AreOneOfUnlimitedAirWhereThereAreNone) {
  Scenario s = two_aisles();
  s.cooling->aisles.clear();
  ScriptedRun run(std::move(s));
  run.look(60.5, [](const ControlView& view) {
    EXPECT_EQ(view.heat->aisles(), 1U);
    EXPECT_NEAR(view.heat->demand(0), 0.152, 1e-12);
    EXPECT_TRUE(std::isinf(view.heat->supply(0)));
    EXPECT_EQ(view.heat->inlet(ServerId(0)), Celsius(20));
  });
  EXPECT_TRUE(run.run(work_for_all()).thermal->aisles.empty());
}

TEST(Heat, KnowsWhatDrawsDo) {
  Scenario s = two_aisles();
  s.hardware.server.gpus = 2;
  s.hardware.server.rated = Power(1000);
  s.hardware.thermal->position_offsets = {0.0, 0.1};
  ScriptedRun run(std::move(s));
  run.look(200, [](const ControlView& view) {
    const Heat& heat = *view.heat;
    const ServerId server(0);
    EXPECT_EQ(heat.gpu_limit(server), Celsius(85));
    EXPECT_NEAR(heat.steady_gpu(server, 0, 1, Power(400), Celsius(25)).value(), 25 + 0.094 * 400, 1e-9);
    EXPECT_NEAR(heat.steady_gpu(server, 0, 2, Power(400), Celsius(25)).value(), 25 + 0.094 * 400 * 1.1, 1e-9);
    EXPECT_NEAR(heat.airflow(server, Power(400)), 0.04 * 0.75, 1e-12);
    // Both GPUs have worked from the start: the heatsink has e^(-200 / 30) of its way before it.
    EXPECT_NEAR(heat.hottest_gpu(server).value(), 20 + 0.094 * 360 * 1.1, 0.1);
  });
  (void)run.run(work_for_all());
}

TEST(AirflowLimit, ActsAtOnceAndLeavesNothingBehind) {
  Scenario s = two_aisles();
  s.cooling->window = Seconds(50);
  s.incidents.airflow_limits = {{{"cold0"}, {Seconds(105), Seconds(100), 0.625}}};
  ScriptedRun run(std::move(s));
  run.look(104.5, [](const ControlView& view) { EXPECT_EQ(view.heat->inlet(ServerId(0)), Celsius(20)); });
  run.look(105.5, [](const ControlView& view) {
    EXPECT_NEAR(view.heat->supply(0), 0.05, 1e-12);
    EXPECT_NEAR(view.heat->inlet(ServerId(0)).value(), 20 + kRise, 1e-9);
    EXPECT_EQ(view.heat->inlet(ServerId(3)), Celsius(20));
  });
  run.look(205.5, [](const ControlView& view) {
    EXPECT_NEAR(view.heat->supply(0), 0.08, 1e-12);
    EXPECT_EQ(view.heat->inlet(ServerId(0)), Celsius(20));
  });
  const Report report = run.run(work_for_all());
  EXPECT_THAT(events_of(report, "airflow_limit"), ElementsAre("105/100 cold0: for 100 s", "205 cold0: is over"));
  EXPECT_NEAR(report.thermal->aisles.at("cold0").short_s, 100, 1e-9);
  EXPECT_NEAR(*report.thermal->limited_windows_fraction, 3.0 / 6, 1e-12);  // [100, 250)
}

TEST(AirflowLimit, IsOfAllAislesWhereItNamesNone) {
  Scenario s = two_aisles();
  s.incidents.airflow_limits = {{{}, {Seconds(100), Seconds(100), 0.625}}};
  ScriptedRun run(std::move(s));
  run.look(150, [](const ControlView& view) {
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(view.heat->inlet(ServerId(i)).value(), 20 + kRise, 1e-9);
  });
  (void)run.run(work_for_all());
}

/// 20 degC, and 30 from 100 s on.
struct Jump : OutsideTemperature {
  [[nodiscard]] Celsius at(Seconds now) const override { return Celsius(now < Seconds(100) ? 20 : 30); }
  void fields(Fields&) override {}
};

TEST(Inlets, LagByTheirTimeConstant) {
  Scenario s = two_aisles();
  s.cooling->lag = Seconds(50);
  s.cooling->outside = Choice<OutsideTemperature>{outside_kinds(), "jump", std::make_unique<Jump>()};
  ScriptedRun run(std::move(s));
  run.look(101, [](const ControlView& view) { EXPECT_NEAR(view.heat->inlet(ServerId(0)).value(), 20, 1e-9); });
  run.look(151, [](const ControlView& view) {
    EXPECT_NEAR(view.heat->inlet(ServerId(0)).value(), 30 - 10 * std::exp(-1), 1e-9);
  });
  (void)run.run({});
}

/// 100 s at 360 W from 1000 s on, in a window of 300 s: from 25.64 degC the sink rises by up to 17.4 K and falls again,
/// with its 30 s, the die by 10.8 K, with its 0.12 s. The server draws 160 W for two thirds of it, else 460 W.
TEST(Windows, HaveExactMeans) {
  Scenario s = test::small_scenario();
  test::heat(s, 20);
  s.duration = Seconds(1300);
  ScriptedRun run(std::move(s));
  const Report report = run.run({test::request(0, 1000.0, 10, 800)});
  const double up = 1 - std::exp(-100.0 / 30);
  const double sink = 17.4 * (100 - 30 * up) + 17.4 * up * 30 * up;
  EXPECT_NEAR(*report.thermal->site.max_gpu_window_c, 25.64 + (sink + 10.8 * 100) / 300, 1e-9);
  EXPECT_EQ(report.thermal->zones.at("row0").max_gpu_window_c, report.thermal->site.max_gpu_window_c);
  EXPECT_EQ(report.thermal->limited_windows_fraction, 0.0);
  ASSERT_EQ(report.nodes.size(), 2U);
  EXPECT_NEAR(*report.nodes[1].max_5min_fraction, 260.0 / 600, 1e-9);
  EXPECT_EQ(report.max_row_5min_fraction, report.nodes[1].max_5min_fraction);
}

TEST(Windows, AreWholeUpdatesAndEndWithTheRun) {
  Scenario s = test::small_scenario();
  test::heat(s, 20);
  s.cooling->update = Seconds(70);
  s.duration = Seconds(350);
  ScriptedRun run(std::move(s));
  const Report report = run.run({test::request(0, 0.0, 10, 800)});
  EXPECT_NEAR(*report.nodes[1].max_5min_fraction, (460.0 * 100 + 160 * 250) / 350 / 600, 1e-9);
}

TEST(Windows, ThatDidNotEndAreNone) {
  Scenario s = test::small_scenario();
  test::heat(s, 20);
  s.duration = Seconds(299);
  ScriptedRun run(std::move(s));
  const Report report = run.run({});
  EXPECT_FALSE(report.thermal->site.max_gpu_window_c);
  EXPECT_FALSE(report.thermal->limited_windows_fraction);
  EXPECT_FALSE(report.max_row_5min_fraction);
}

/// The instance is gone at 10 s; for the rest of the window its GPU counts as idle, at 50 W.
TEST(Windows, CountGpusAsIdleOnceTheyAreFree) {
  Scenario s = test::changing_scenario();
  s.serving->tensor_parallel = 4;
  test::heat(s, 20);
  s.cooling->window = Seconds(60);
  ScriptedRun run(std::move(s));
  run.at(10, test::deploy(0, {}));
  const Report report = run.run({});
  EXPECT_NEAR(*report.thermal->site.max_gpu_window_c, 20 + 0.094 * (60 * 10 + 50 * 50) / 60, 1e-9);
}

/// 0.058 K/W are those of the heatsink here: 8.4 K above it.
TEST(Memory, IsFollowedWhereTheHardwareSays) {
  Scenario s = test::small_scenario();
  test::heat(s, 20);
  s.hardware.thermal->hbm_rise = Kelvin(8.4);
  s.hardware.thermal->r_hbm = KelvinPerWatt(0.058);
  s.duration = Seconds(600);
  ScriptedRun run(std::move(s));
  const Report report = run.run({test::request(0, 0.0, 10, 1000000)});
  EXPECT_NEAR(report.thermal->site.hbm->max(), 28.4 + 0.058 * 360, 1e-3);
}

TEST(PowerLimit, LowersTheBudgetThatControllersSee) {
  Scenario s = test::small_scenario(2);
  s.site.levels[0].holds = 1;
  LevelConfig rack;
  rack.name = "rack";
  rack.holds = 1;
  s.site.levels.push_back(rack);
  s.site.levels[0].budget = Power(1000);
  s.duration = Seconds(60);
  s.incidents.power_limits = {{{"row0"}, {Seconds(10), Seconds(20), 0.8}}, {{"site"}, {Seconds(20), Seconds(20), 0.9}}};
  ScriptedRun run(std::move(s));
  const auto expect = [&](double at, double row0, double row1) {
    run.look(at, [=](const ControlView& view) {
      ASSERT_EQ(view.site.nodes.size(), 2U);
      EXPECT_DOUBLE_EQ(view.site.nodes[0].budget.value(), row0) << at;
      EXPECT_DOUBLE_EQ(view.site.nodes[1].budget.value(), row1) << at;
    });
  };
  expect(9.5, 1000, 1000);
  expect(10, 800, 1000);
  expect(25, 800, 900);
  expect(35, 900, 900);
  expect(40, 1000, 1000);
  const Report report = run.run({});
  EXPECT_THAT(events_of(report, "power_limit"),
              ElementsAre("10/20 row0: for 20 s", "20/20 site: for 20 s", "30 row0: is over", "40 site: is over"));
}

/// A sample above what is left is an overload, below the budget though it is.
TEST(PowerLimit, MakesOverloadsOfSamplesAboveWhatIsLeft) {
  Scenario s = test::small_scenario();
  s.site.levels[0].budget = Power(500);
  s.duration = Seconds(60);
  s.incidents.power_limits = {{{"row0"}, {Seconds(21), Seconds(10), 0.8}}};
  ScriptedRun run(std::move(s));
  const Report report = run.run({test::request(0, 0.0, 10, 1000000)});
  EXPECT_THAT(events_of(report, "overload"), ElementsAre("22/10 row0: telemetry sample above the budget"));
}

}  // namespace
}  // namespace headroom

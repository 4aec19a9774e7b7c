// The die and sink of a GPU against closed forms (RC step response), as a model and in whole runs. One run a test.
#include <gtest/gtest.h>

#include <cmath>

#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"
#include "support/thermal_fixtures.hpp"

namespace headroom {
namespace {

TEST(ThermalStep, RespondsAsTwoRcNodes) {
  const DieSink gpu(test::a100_thermal(), 1.0);
  const DieSinkState cold{Celsius(30), Kelvin(0)};
  for (const double t : {0.01, 0.12, 1.0, 30.0, 1000.0}) {
    const DieSinkState after = gpu.after(cold, Power(400), Celsius(30), Seconds(t));
    EXPECT_NEAR(after.sink.value(), 30 + 0.058 * 400 * (1 - std::exp(-t / 30)), 1e-12);
    EXPECT_NEAR(after.die_rise.value(), 0.036 * 400 * (1 - std::exp(-t / 0.12)), 1e-12);
    EXPECT_NEAR(gpu.die_from(cold, Power(400), Celsius(30)).at(Seconds(t)).value(), after.die().value(), 1e-12);
  }
}

/// One server that works from 100 s on: 60 W idle and 360 W at work in air of 60 degC. Sink 63.48 and die + 2.16 K
/// before, 80.88 and + 12.96 in the end, so that the die is at 93.84 - 17.4 e^(-t / 30) - 10.8 e^(-t / 0.12), and at
/// 85 degC when e^(-t / 30) = 8.84 / 17.4 (the fast part is gone by then). Its power falls to (83 - 60) / 0.094 W.
TEST(ThermalRun, ThrottlesWhenTheExactSolutionIsAtTheLimit) {
  Scenario s = test::small_scenario();
  test::heat(s, 60);
  s.duration = Seconds(121);
  const Report report = test::run(s, {test::request(0, 100.0, 10, 1000000)});
  ASSERT_EQ(report.events.size(), 1U);
  const EventRecord& event = report.events[0];
  EXPECT_EQ(report.texts.kind(event), "thermal_throttle");
  EXPECT_NEAR(event.time_s, 100 + 30 * std::log(17.4 / 8.84), 1e-9);
  EXPECT_EQ(event.effective_s, event.time_s);
  EXPECT_NEAR(event.value, 23 / 0.094, 1e-9);
  EXPECT_EQ(report.texts[event.target], "row0/server0");
  EXPECT_EQ(report.texts[event.cause], "GPU 0 at 85 degC");
  EXPECT_NEAR(report.thermal->site.throttled_server_s, 121 - event.time_s, 1e-9);
  EXPECT_NEAR(report.thermal->site.gpu.max(), 85, 1e-6);
}

/// At 20 degC it settles at 20 + 0.094 * 360 = 53.84, after 1000 s at 20 + 0.094 * 60; samples every second.
TEST(ThermalRun, ReportsMeansAndMaximaOfAStep) {
  Scenario s = test::small_scenario();
  test::heat(s, 20);
  s.duration = Seconds(2000);
  s.cooling->update = Seconds(1);
  const Report report = test::run(s, {test::request(0, 1000.0, 10, 1000000)});
  const ThermalZone& site = report.thermal->site;
  EXPECT_EQ(site.throttles, 0U);
  EXPECT_NEAR(site.gpu.max(), 53.84, 1e-9);
  // The integral of the rise: each part misses its time constant times its step, 30 s * 17.4 K and 0.12 s * 10.8 K;
  // samples at the end of each second see half a second's rise too much.
  EXPECT_NEAR(site.gpu.mean(), (25.64 * 1000 + 53.84 * 1000 - 30 * 17.4 - 0.12 * 10.8) / 2000, 0.01);
  EXPECT_NEAR(site.gpu.quantile(0.25), 25.64, 0.05);
  EXPECT_NEAR(site.gpu.quantile(0.99), 53.84, 0.16);
  EXPECT_EQ(site.inlet.mean(), 20);
  EXPECT_EQ(report.thermal->outside.max(), 20);
  EXPECT_EQ(report.thermal->zones.size(), 1U);
  EXPECT_EQ(report.thermal->zones.begin()->first, "row0");
}

}  // namespace
}  // namespace headroom

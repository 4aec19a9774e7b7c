// The event-driven temperatures of a run against Euler's rule in small steps over the powers that the run reports.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "support/euler_die.hpp"
#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"
#include "support/thermal_fixtures.hpp"

namespace headroom {
namespace {

constexpr double kUpdate = 10, kEnd = 400, kIdle = 60;
/// One of these steps moves the die by at most 0.02 K: 117 K/s from idle to TDP.
constexpr double kStep = 1e-4, kTolerance = 0.05;

/// One server under bursts of work, in air that gets warmer and cooler by the update.
Scenario weather() {
  Scenario s = test::small_scenario();
  test::heat(s, 0);
  s.cooling->outside = test::chosen(outside_kinds(), "day", {{"mean_c", 50}, {"amplitude_k", 10}, {"peak_s", 200}});
  s.cooling->update = Seconds(kUpdate);
  s.duration = Seconds(kEnd);
  return s;
}

TEST(ThermalRun, AgreesWithSmallSteps) {
  Scenario s = weather();
  std::vector<Request> requests;
  std::uint64_t id = 0;
  for (const auto& [at, tokens] : std::map<double, std::uint32_t>{
           {3, 150}, {30, 40}, {37.5, 300}, {80, 8}, {84, 8}, {90, 1000}, {260, 600}, {345, 5}, {346, 90}, {371, 3}})
    requests.push_back(test::request(id++, at, 10, tokens));
  test::DrawListener heard;
  const Report report = test::run(s, requests, {&heard});

  std::vector<EventRecord> throttles;
  for (const EventRecord& event : report.events)
    if (report.texts.kind(event) == "thermal_throttle") throttles.push_back(event);
  ASSERT_GT(throttles.size(), 3U);

  double highest = 0, sampled = 0;
  std::size_t next = 0;
  long samples = 0;
  const auto outside = [&](double t) {
    return s.cooling->outside.value->at(Seconds(kUpdate * std::floor(t / kUpdate + 1e-9))).value();
  };
  test::integrate_die(*s.hardware.thermal, heard.draws, kIdle, kEnd + kStep, kStep, outside, [&](double t, double die) {
    highest = std::max(highest, die);
    if (next < throttles.size() && t >= throttles[next].time_s) {
      EXPECT_NEAR(die, 85, kTolerance) << "at " << t << " s";
      ++next;
    }
    if (t + kStep / 2 < kUpdate * static_cast<double>(samples + 1)) return;
    ++samples;
    sampled += die;
  });
  EXPECT_EQ(next, throttles.size());
  EXPECT_NEAR(highest, 85, kTolerance);
  EXPECT_NEAR(report.thermal->site.gpu.max(), 85, 1e-6);
  EXPECT_NEAR(report.thermal->site.gpu.mean(), sampled / static_cast<double>(samples), kTolerance);
}

}  // namespace
}  // namespace headroom

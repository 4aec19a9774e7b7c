#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"

// Every controller that brakes brings a row under its budget within period + delay + 5 s of the end of the first full
// telemetry window above it (polca.md, last row of what it must show). One simulation a test.

namespace headroom {
namespace {

constexpr double kPeriod = 2, kDelay = 2, kBrake = 5, kBudget = 1500;

/// Four servers that all begin to work at `step`: 4 * 160 = 640 W before, 4 * 460 = 1840 W after, and under the brake
/// 4 * (160 + 300 * 288 / 1410) = 885 W, against a budget of 1500 W. Locks alone do not suffice: under those of POLCA
/// the row draws 2 * (160 + 300 * 1110 / 1410) + 2 * (160 + 300 * 1305 / 1410) = 1668 W.
Scenario overload(const std::string& controller, double end, double budget = kBudget) {
  Scenario s = test::small_scenario(4);
  s.site.levels[0].budget = Power(budget);
  s.serving->pools = {PoolConfig{"low", {"low"}, 0.5, ""}, PoolConfig{"high", {"high"}, 0.5, ""}};
  s.duration = Seconds(end);
  s.output.power.nodes = {"row"};
  s.output.power.bin = Seconds(0.25);
  auto chosen = test::chosen(builtin_controllers(), controller, {});
  test::add_controller(s, std::move(chosen));
  return s;
}

/// Endless requests, two for each pool.
Report overloaded_from(double step, Scenario& s) {
  ClassTable classes;
  std::vector<Request> requests;
  for (std::uint64_t i = 0; i < 4; ++i) {
    Request request = test::request(i, step, 10, 1000000);
    request.priority = i < 2 ? Priority::low : Priority::high;
    request.request_class = classes.add("", request.priority);
    requests.push_back(request);
  }
  test::ListSource source(std::move(requests));
  Simulation simulation(s, classes, source, {});
  return simulation.run();
}

struct BrakedOverload : testing::TestWithParam<std::tuple<std::string, double>> {};

TEST_P(BrakedOverload, EndsWithinTheTimeThatTelemetryAndBrakeNeed) {
  const auto& [controller, step] = GetParam();
  Scenario s = overload(controller, 50);  // the brake is held beyond the end
  const Report report = overloaded_from(step, s);
  const double above = report.nodes.at(0).meter.above_budget().value();
  const double full_window_ends = kPeriod * std::ceil((step + kPeriod) / kPeriod - 1e-12);
  EXPECT_LE(step + above, full_window_ends + kPeriod + kDelay + kBrake);
  // And exactly: the first sample above the budget, or the next full one, its delay, the brake's.
  double sample = kPeriod * std::ceil(step / kPeriod);
  const double after = (sample - step) / kPeriod;
  if (1840 * after + 640 * (1 - after) <= kBudget) sample += kPeriod;
  EXPECT_DOUBLE_EQ(step + above, sample + kDelay + kBrake);
  EXPECT_EQ(report.throttle.brakes, 1U);
  EXPECT_NEAR(report.nodes.at(0).meter.series().values().mean_w.back(), 4 * (160 + 300 * 288.0 / 1410), 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Brake, BrakedOverload,
                         testing::Combine(testing::Values("polca", "no_cap", "one_threshold_low_priority",
                                                          "one_threshold_all"),
                                          testing::Values(10.0, 10.25, 10.5, 11.0, 11.9)));

TEST(Overload, ThatComesBackIsBrakedAgainEveryTime) {
  Scenario s = overload("polca", 600);
  const Report report = overloaded_from(10, s);
  EXPECT_GE(report.throttle.brakes, 8U);  // held for 40 s, released in 5 s, back within 11 s
  const auto values = report.nodes.at(0).meter.series().values();
  double above = 0, longest = 0;
  for (const double max_w : values.max_w) {
    above = max_w > kBudget ? above + 0.25 : 0;
    longest = std::max(longest, above);
  }
  EXPECT_GT(longest, 0);
  EXPECT_LE(longest,
            kPeriod + kPeriod + kDelay + kBrake);  // the first full window ends within two periods of the crossing
}

/// The first sample after a brake's release took effect covers a second of the brake: with 1668 W against a budget of
/// 1650 W it shows 0.77, and says nothing of the load. Locks must stay until a whole window lies behind the release.
TEST(Overload, KeepsItsLocksUntilAWholeWindowShowsTheLoad) {
  Scenario s = overload("polca", 70, 1650);
  const Report report = overloaded_from(10, s);
  double brake_ends = 0;
  for (const EventRecord& event : report.events)
    if (report.texts.kind(event) == "brake_release") brake_ends = event.effective_s;
  ASSERT_GT(brake_ends, 0);
  for (const EventRecord& event : report.events) {
    if (report.texts.kind(event) != "clock_release") continue;
    EXPECT_GE(event.time_s, brake_ends + kPeriod + kDelay) << report.texts[event.cause];
  }
}

TEST(Overload, LastsWithoutAController) {
  Scenario s = overload("none", 50);
  const Report report = overloaded_from(10, s);
  EXPECT_DOUBLE_EQ(report.nodes.at(0).meter.above_budget().value(), 40);
}

}  // namespace
}  // namespace headroom

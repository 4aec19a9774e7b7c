// Instances that stand on several servers. Each test runs one simulation, with SimGrid's one engine of a process.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"

namespace headroom {
namespace {

/// Two KV groups, each on the one GPU of a server. Contexts are short, so that one of both works: at full clock a GPU
/// draws 60 + 300 / 2 W, its server 310 W.
void make_wide(Scenario& s) {
  s.serving->parallelism.kv_groups = 2;
  s.serving->parallelism.kv_group_tokens = 1'000'000;
}

Energy energy_of(const Report& report, const std::string& path) {
  for (const auto& node : report.nodes)
    if (node.path == path) return node.meter.energy();
  return {};
}

TEST(WideInstance, DrawsAsMuchOnEachOfItsServers) {
  Scenario s = test::small_scenario(4);
  make_wide(s);
  s.site.levels[0].holds = 1;  // a row for each server
  s.telemetry.levels = {"row"};
  s.duration = Seconds(60);
  const Report report = test::run(s, {test::request(0, 0.0, 10, 80)});  // a prompt and 79 tokens: 10 s
  EXPECT_EQ(report.all.completed, 1U);
  EXPECT_LT(report.energy_residual, 1e-12);
  EXPECT_NEAR(report.it_energy.value(), 2 * (10 * 310 + 50 * 160) + 2 * 60 * 160, 1e-6);
  const double first = energy_of(report, "row0").value();
  EXPECT_NEAR(first, 10 * 310 + 50 * 160, 1e-6);
  EXPECT_NEAR(energy_of(report, "row1").value(), first, 1e-6);
  EXPECT_NEAR(energy_of(report, "row2").value(), 60 * 160, 1e-6);
}

TEST(WideInstance, IsLostWithAnyOfItsServers) {
  Scenario s = test::two_tripping_racks("join_shortest_queue");
  make_wide(s);
  s.site.levels[0].rating = Power(300);  // after a second of work the first rack trips, and the other one idles
  const Report report = test::run(s, {test::request(0, 1.0, 10, 1000), test::request(1, 10.0, 10, 1)});
  EXPECT_EQ(report.all.completed, 0U);
  EXPECT_EQ(report.all.rejected_by[static_cast<std::size_t>(Rejection::lost)], 1U);
  EXPECT_EQ(report.all.rejected_by[static_cast<std::size_t>(Rejection::no_instance)], 1U);
  EXPECT_EQ(report.throttle.trips, 1U);
  // The GPU that is left has no model any more.
  EXPECT_NEAR(report.it_energy.value(), 2 * (160 + 310) + 58 * 150, 1e-6);
  EXPECT_EQ(report.requests_residual, 0);
  EXPECT_LT(report.energy_residual, 1e-12);
}

/// Takes one action at 3 s.
struct ActsOnce : Controller {
  explicit ActsOnce(Action action) : action_(std::move(action)) {}
  Seconds period() const override { return Seconds(3); }
  void control(const ControlView& view, Actions& actions) override {
    if (view.now == Seconds(3)) actions.add(action_);
  }
  Action action_;
};

/// A thousand steps from the start on, 0.125 s each; the second server is told something at 3 s.
Report report_with(Action action) {
  Scenario s = test::small_scenario(2);
  make_wide(s);
  s.duration = Seconds(400);
  s.actuation.clock_lock = s.actuation.power_cap = Seconds();
  test::add_controller(s, "once", std::make_unique<ActsOnce>(std::move(action)));
  return test::run(s, {test::request(0, 0.0, 10, 1000)});
}

TEST(WideInstance, RunsAtTheLowestClockOfItsServers) {
  const Report report = report_with(LockClock{ServerId(1), Hertz(705e6)});
  ASSERT_EQ(report.all.completed, 1U);
  EXPECT_NEAR(report.all.latency.e2e.quantile(0.5), 3 + (125 - 3) * 2, 2.5);
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST(WideInstance, KeepsToTheLowestCapOfItsServers) {
  const Report report = report_with(CapPower{ServerId(1), Power(150)});  // 60 + 150 x W: six tenths of the clock
  ASSERT_EQ(report.all.completed, 1U);
  EXPECT_NEAR(report.all.latency.e2e.quantile(0.5), 3 + (125 - 3) / 0.6, 5);
  EXPECT_LT(report.energy_residual, 1e-12);
}

}  // namespace
}  // namespace headroom

#include "control/control_loop.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "support/instance_bench.hpp"
#include "support/run_without_simgrid.hpp"

namespace headroom {
namespace {

/// Locks the first server when it first sees the row above half of its budget.
struct LocksOnce : Controller {
  struct Seen {
    double now, taken_at, power;
  };
  std::vector<Seen>* seen = nullptr;
  bool acted = false;
  Seconds period() const override { return Seconds(2); }
  void control(const ControlView& view, Actions& actions) override {
    const NodeTelemetry& row = view.site.nodes.front();
    if (!row.delivered) return;
    seen->push_back({view.now.value(), row.taken_at.value(), row.power.value()});
    if (acted || row.budget_fraction() < 0.5) return;
    acted = true;
    actions.because("above half");
    actions.add(LockClock{ServerId(0), Hertz(705e6)});
  }
};

class Controlled : public testing::Test {
 protected:
  Controlled() {
    scenario.duration = Seconds(30);
    scenario.site.levels.front().budget = Power(800);
    scenario.actuation.clock_lock = Seconds(5);
    auto controller = std::make_unique<LocksOnce>();
    controller->seen = &seen;
    test::add_controller(scenario, "locks_once", std::move(controller));
  }

  Scenario scenario = test::small_scenario();
  std::vector<LocksOnce::Seen> seen;
};

/// The server draws 160 W, from 4 s on 460 W: 57.5 % of 800 W.
TEST_F(Controlled, DecidesOnDelayedSamplesAndActsLater) {
  test::RunWithoutSimGrid run(scenario, {test::request(0, 4.0, 10, 1000)});
  run.run();
  // Sampled every 2 s over 2 s, visible 2 s later: the sample of 6 s is the first one above half, and is seen at 8 s.
  ASSERT_GE(seen.size(), 3U);
  EXPECT_EQ(seen[0].now, 4.0);
  EXPECT_EQ(seen[0].taken_at, 2.0);
  EXPECT_NEAR(seen[0].power, 160, 1e-9);
  EXPECT_EQ(seen[2].now, 8.0);
  EXPECT_NEAR(seen[2].power, 460, 1e-9);
  EXPECT_EQ(run.clocks.set, (std::vector<std::pair<std::size_t, double>>{{0, 705}}));
  const Report report = run.events();
  ASSERT_EQ(report.events.size(), 1U);
  EXPECT_EQ(report.events[0].time_s, 8.0);
  EXPECT_EQ(report.events[0].effective_s, 13.0);
  EXPECT_EQ(report.throttle.throttled_server_s, 17.0);  // to 30 s
}

TEST_F(Controlled, CountsNoSampleOfTheWarmUp) {
  scenario.telemetry.warmup = Seconds(10);
  test::RunWithoutSimGrid run(scenario, {test::request(0, 4.0, 10, 20)});
  run.run();
  const auto nodes = run.nodes.measured();
  ASSERT_EQ(nodes[1].path, "row0");
  EXPECT_NEAR(nodes[1].telemetry.peak().value(), 160, 1e-9);
}

}  // namespace
}  // namespace headroom

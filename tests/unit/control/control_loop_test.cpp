#include "control/control_loop.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "base/text.hpp"
#include "policy/builtin.hpp"
#include "support/changing_fleet.hpp"
#include "support/instance_bench.hpp"
#include "support/run_without_simgrid.hpp"
#include "support/workload_fixtures.hpp"

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

/// Caps the first server by a line of its own when it first meters the row above 400 W.
struct Meters : Controller {
  std::vector<std::pair<double, double>>* seen = nullptr;  ///< date and power
  bool acted = false;
  Seconds period() const override { return Seconds(0.5); }
  bool follows_power() const override { return false; }
  std::optional<std::string> metered_node() const override { return "row0"; }
  std::optional<Seconds> own_delay() const override { return Seconds(1.5); }
  bool is_done() const override { return acted; }
  void control(const ControlView& view, Actions& actions) override {
    seen->emplace_back(view.now.value(), view.metered->value());
    if (acted || *view.metered < Power(400)) return;
    acted = true;
    actions.add(CapPower{ServerId(0), Power(200)});
  }
};

/// The server draws 160 W, from 1.2 s on 460 W.
TEST(OwnLine, ShowsPowerAsItIsAndHasADelayOfItsOwn) {
  Scenario scenario = test::small_scenario();
  scenario.duration = Seconds(10);
  std::vector<std::pair<double, double>> seen;
  auto controller = std::make_unique<Meters>();
  controller->seen = &seen;
  test::add_controller(scenario, "meters", std::move(controller));
  test::RunWithoutSimGrid run(scenario, {test::request(0, 1.2, 10, 1000)});
  run.run();
  EXPECT_EQ(seen, (std::vector<std::pair<double, double>>{{0.5, 160}, {1, 160}, {1.5, 460}}));
  const Report report = run.events();
  ASSERT_EQ(report.events.size(), 1U);
  EXPECT_EQ(report.events[0].time_s, 1.5);
  EXPECT_EQ(report.events[0].effective_s, 3.0);
}

/// Notes once what each node shows.
struct Looks : Controller {
  std::vector<std::string>* seen = nullptr;
  Seconds period() const override { return Seconds(10); }
  bool is_done() const override { return true; }
  void control(const ControlView& view, Actions&) override {
    for (const NodeTelemetry& node : view.site.nodes) {
      std::string text = node.name + " " + shortest(node.power.value()) + ":";
      for (const ServerInfo& one : node.servers) text += " " + std::to_string(one.id.index());
      seen->push_back(text);
    }
  }
};

/// A row of two racks of two servers each, of which the pools have one each.
Scenario two_pools_in_racks() {
  Scenario s = test::small_scenario(4);
  s.site.levels.front().budget = Power(1500);
  LevelConfig& rack = s.site.levels.emplace_back();
  rack.name = "rack";
  rack.holds = 2;
  rack.budget = Power(750);
  s.telemetry.levels = {"row", "rack"};
  s.serving->pools = {{"low", {"low"}, 0.5, ""}, {"high", {"high"}, 0.5, ""}};
  s.duration = Seconds(30);
  return s;
}

TEST(ControllerScope, ShowsTheNodesOfItsLevelAndTheServersOfItsPools) {
  Scenario s = two_pools_in_racks();
  std::vector<std::string> all, racks;
  for (auto* seen : {&all, &racks}) {
    auto looks = std::make_unique<Looks>();
    looks->seen = seen;
    test::add_controller(s, "looks", std::move(looks));
  }
  s.policy.controllers[1].scope = {"rack", {}, {"high"}};
  test::RunWithoutSimGrid(s, {}).run();
  EXPECT_EQ(all, (std::vector<std::string>{"row0 640: 0 1 2 3", "row0/rack0 320: 0 1", "row0/rack1 320: 2 3"}));
  EXPECT_EQ(racks, (std::vector<std::string>{"row0/rack0 320: 1", "row0/rack1 320: 3"}));
}

/// The pools of the two priorities, each under a POLCA of its own with thresholds of its own.
TEST(ControllerScope, LetsTwoPolcasActBesideEachOther) {
  Scenario s = two_pools_in_racks();
  s.telemetry.levels = {"row"};
  s.actuation.clock_lock = Seconds(4);
  const auto polca = [](double t1, double t2) {
    return test::chosen(builtin_controllers(), "polca",
                        {{"t1_fraction", t1},
                         {"t1_release_fraction", t1 - 0.1},
                         {"t2_fraction", t2},
                         {"t2_release_fraction", t2 - 0.05}});
  };
  test::add_controller(s, polca(0.5, 2.0));
  test::add_controller(s, polca(0.2, 0.3));
  s.policy.controllers[0].scope = {"row", {}, {"low"}};
  s.policy.controllers[1].scope = {"", {}, {"high"}};
  test::RunWithoutSimGrid run(s, {test::request(0, 1.0, 10, 5000), test::request(1, 1.0, 10, 5000)});
  run.run();
  // From 1 s on servers 0 and 2 draw 460 W, the others 160 W. What is locked by 8 s draws less, but is still above the
  // second's T2: then it locks high priority.
  EXPECT_EQ(test::events_of(run.events(), "clock_lock"),
            (std::vector<std::string>{
                "4/22 row0/rack0/server0: polca: row0 at 0.627", "4/22 row0/rack1/server0: polca: row0 at 0.627",
                "12/14 row0/rack0/server1: polca: row0 at 0.788", "12/14 row0/rack1/server1: polca: row0 at 0.788"}));
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"

// Energy of a load that is constant in stretches has a closed form. One simulation, so one process, a test.

namespace headroom {
namespace {

using test::request;

const NodeResult& node(const Report& report, const std::string& path) {
  for (const NodeResult& result : report.nodes)
    if (result.path == path) return result;
  throw std::out_of_range(path);
}

TEST(ConstantLoad, IdleServersDrawTheirIdlePower) {
  Scenario s = test::small_scenario(3);
  s.duration = Seconds(1000);
  const Report report = test::run(s, {});
  EXPECT_DOUBLE_EQ(report.it_energy.value(), 3 * 160.0 * 1000);
  EXPECT_DOUBLE_EQ(report.facility_energy.value(), report.it_energy.value());
  EXPECT_DOUBLE_EQ(node(report, "row0").meter.peak().value(), 480);
}

TEST(ConstantLoad, WorkAndIdleTimeAddUp) {
  Scenario s = test::small_scenario();
  s.duration = Seconds(1000);
  s.output.power.nodes = {"site", "row"};
  // 800 steps of 0.125 s at 460 W from 10 s on; 160 W in the other 900 s.
  const Report report = test::run(s, {request(0, 10.0, 50, 800)});
  const double expected = 460.0 * 100 + 160.0 * 900;
  EXPECT_NEAR(report.it_energy.value(), expected, 1e-9 * expected);
  EXPECT_NEAR(node(report, "row0").meter.energy().value(), expected, 1e-9 * expected);
  EXPECT_NEAR(node(report, "row0").meter.mean().value(), expected / 1000, 1e-9 * expected / 1000);
  EXPECT_DOUBLE_EQ(node(report, "row0").meter.peak().value(), 460);
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST(ConstantLoad, LossesOfALevelComeOnTop) {
  Scenario s = test::small_scenario(2);
  s.duration = Seconds(500);
  s.site.levels[0].loss = LossModel{Power(50), 0.02, 1e-5};
  // Two idle servers draw 320 W: the row loses 50 + 0.02 * 320 + 1e-5 * 320^2 = 57.424 W.
  const Report report = test::run(s, {});
  EXPECT_NEAR(report.it_energy.value(), 320.0 * 500, 1e-6);
  EXPECT_NEAR(report.facility_energy.value(), (320 + 57.424) * 500, 1e-6);
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST(ConstantLoad, ALockedClockCostsItsShare) {
  Scenario s = test::small_scenario();
  s.hardware.gpu.max_clock = Hertz(1000e6);
  s.hardware.gpu.min_clock = Hertz(500e6);
  s.hardware.gpu.clock_step = Hertz(250e6);
  struct LockAtOnce : Controller {
    Seconds period() const override { return Seconds(1); }
    void control(const ControlView& view, Actions& actions) override {
      if (view.now == Seconds(1)) actions.add(LockClock{ServerId(0), Hertz(500e6)});
    }
  };
  s.actuation.clock_lock = Seconds(4);
  s.duration = Seconds(300);
  test::add_controller(s, "lock_at_once", std::make_unique<LockAtOnce>());
  // From 5 s on half the clock: 800 steps of 0.25 s at 60 + 150 + 100 W from 10 s on take 200 s.
  const Report report = test::run(s, {request(0, 10.0, 50, 800)});
  const double expected = 310.0 * 200 + 160.0 * 100;
  EXPECT_NEAR(report.it_energy.value(), expected, 1e-9 * expected);
}

}  // namespace
}  // namespace headroom

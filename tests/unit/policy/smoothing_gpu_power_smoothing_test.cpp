#include <gtest/gtest.h>

#include "support/smoothing_driver.hpp"

namespace headroom {
namespace {

using test::kTdp;
using test::Record;
using test::StageChain;

/// Floor 900 W, ramps of 100 W/s up and 200 W/s down, stop delay 5 s; a running job has its ceiling at TDP.
StageChain chain(std::map<std::string, double> more = {}) {
  more.insert({{"ramp_up_w_per_s", 100}, {"ramp_down_w_per_s", 200}, {"stop_delay_s", 5}});
  StageChain chain;
  chain.add("gpu_power_smoothing", more);
  return chain;
}
StageChain running(std::map<std::string, double> more = {}) {
  more.emplace("initial_ceiling_fraction", 1.0);
  return chain(std::move(more));
}

TEST(GpuPowerSmoothing, ServesIdlePowerAtOnceAndRampsAJobFromThere) {
  StageChain stage = chain();
  const Record drawn = stage.play({{100, 10}, {1000, 20}});
  EXPECT_EQ(drawn.at(5), 100);
  EXPECT_NEAR(drawn.at(10 + 4.5), 100 + 450, 0.5 + 1e-9);  // half a step of 0.01 s
  EXPECT_EQ(drawn.at(10 + 9.01), 1000);
  EXPECT_NEAR(stage.books(0).unserved.value(), 900 * 9.0 / 2, 1e-6);
  EXPECT_NEAR(stage.books(0).burned.value(), 0, 1e-9);
}

TEST(GpuPowerSmoothing, RampsToTheFloorWhereTheJobWantsLess) {
  StageChain stage = chain();
  const Record drawn = stage.play({{500, 20}});
  EXPECT_EQ(drawn.at(15), 900);                                                // from 0 at 100 W/s: 9 s
  EXPECT_NEAR(stage.books(0).unserved.value(), 500 * 5.0 / 2, 1e-6);           // up to 5 s
  EXPECT_NEAR(stage.books(0).burned.value(), 400 * 4.0 / 2 + 400 * 11, 1e-6);  // from 5 s
}

TEST(GpuPowerSmoothing, HoldsTheFloorInTroughs) {
  StageChain stage = running();
  const Record drawn = stage.play({{1000, 1}, {500, 1}, {950, 1}, {400, 100}});
  EXPECT_EQ(drawn.at(0.5), 1000);
  EXPECT_EQ(drawn.at(1.5), 900);
  EXPECT_EQ(drawn.at(2.5), 950);
  EXPECT_EQ(drawn.at(99), 900);  // 0.4 TDP is activity
}

TEST(GpuPowerSmoothing, RampsDownAfterTheStopDelay) {
  StageChain stage = running();
  const Record drawn = stage.play({{1000, 1}, {100, 20}});
  EXPECT_EQ(drawn.at(5.99), 900);
  EXPECT_NEAR(drawn.at(6.0), 900, 1 + 1e-9);  // the ceiling was at TDP: it falls from what the floor held
  EXPECT_NEAR(drawn.at(7.5), 600, 1 + 1e-9);
  EXPECT_EQ(drawn.at(10.01), 100);
  EXPECT_NEAR(stage.books(0).burned.value(), 800 * 5 + 800 * 4.0 / 2, 1e-6);
}

TEST(GpuPowerSmoothing, NeverDrawsMoreThanTheFloorHeldOnceTheStopDelayEnds) {
  for (const double floor : {0.0, 0.25, 0.65, 0.9}) {
    StageChain stage = running({{"floor_fraction", floor}});
    const Record drawn = stage.play({{1000, 1}, {100, 20}});
    const double held = drawn.at(5.99);
    EXPECT_EQ(held, std::max(100.0, 1000 * floor));
    EXPECT_LE(drawn.after(6.0).highest(), held);
  }
}

TEST(GpuPowerSmoothing, RampsDownFromACeilingThatIsBelowTheFloor) {
  StageChain stage = chain();
  const Record drawn = stage.play({{500, 1}, {100, 20}});  // up to 600 W until the stop delay ends
  EXPECT_LE(drawn.highest(), 600 + 1e-9);
  EXPECT_NEAR(drawn.at(7.0), 400, 1 + 1e-9);
}

TEST(GpuPowerSmoothing, NamesTheDateOfTheStopDelayAsAChange) {
  StageChain stage = running();
  stage.play({{1000, 1}, {100, 1}});
  EXPECT_EQ(stage.stage(0).next_change(), Seconds(6));
  stage.play({{1000, 1}});
  EXPECT_EQ(stage.stage(0).next_change(), Smoother::kNever);
}

TEST(GpuPowerSmoothing, RisesFromWhereTheRampDownWas) {
  StageChain stage = running();
  const Record drawn = stage.play({{1000, 1}, {100, 7}, {1000, 10}});
  EXPECT_NEAR(drawn.at(8.0), 500, 0.5 + 1e-9);
  EXPECT_NEAR(drawn.at(11.0), 800, 0.5 + 1e-9);
  EXPECT_EQ(drawn.at(13.01), 1000);
}

TEST(GpuPowerSmoothing, TakesDemandAtTheThresholdForIdle) {
  StageChain idle = running({{"stop_delay_s", 0}}), active = running({{"stop_delay_s", 0}});
  EXPECT_EQ(idle.play({{300, 10}}).at(9), 300);
  EXPECT_EQ(active.play({{300.001, 10}}).at(9), 900);
}

TEST(GpuPowerSmoothing, LetsAnOvershootPassForItsTime) {
  StageChain stage = running();
  const Record drawn = stage.play({{900, 1}, {1200, 0.2}, {1000, 1}, {1050, 0.02}, {900, 1}});
  EXPECT_EQ(drawn.at(1.049), 1100);
  EXPECT_EQ(drawn.at(1.051), 1000);
  EXPECT_EQ(drawn.at(2.21), 1050);
  EXPECT_NEAR(stage.books(0).unserved.value(), 100 * 0.05 + 200 * 0.15, 1e-9);
}

TEST(GpuPowerSmoothing, LetsNoOvershootPassARamp) {
  StageChain stage = chain();
  EXPECT_LE(stage.play({{100, 1}, {1100, 5}}).highest(), 601);
}

TEST(GpuPowerSmoothing, ActsOnStandbyOnlyWhileAStorageIsExhausted) {
  StageChain stage = running({{"standby", 1}});
  EXPECT_EQ(stage.play({{1000, 1}, {500, 1}}).at(1.5), 500);
  stage.stage(0).take_over(true, Seconds(stage.now()));
  EXPECT_EQ(stage.stage(0).draw(), Power(900));
  stage.stage(0).take_over(false, Seconds(stage.now()));
  EXPECT_EQ(stage.stage(0).draw(), Power(500));
}

TEST(GpuPowerSmoothing, WearsOut) {
  StageChain stage = running({{"lifetime_s", 3}});
  const Record drawn = stage.play(test::two_levels(1000, 500, 0.5, 2.0, 5));
  EXPECT_EQ(drawn.at(5.99), 900);  // three troughs of 1 s
  EXPECT_EQ(drawn.at(7.5), 500);
  EXPECT_EQ(stage.books(0).burned, Energy(3 * 400));
}

TEST(GpuPowerSmoothing, NeedsNoEventsButEdgesAndRamps) {
  StageChain stage = running();
  stage.play(test::two_levels(kTdp, 500, 0.75, 2.0, 1000));
  EXPECT_EQ(stage.events(), 0u);
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <cmath>

#include "support/smoothing_driver.hpp"

namespace headroom {
namespace {

using test::Record;
using test::StageChain;
using test::two_levels;

/// A window of 2 s; no losses, no restoring.
StageChain storage(std::map<std::string, double> more = {}) {
  more.insert({{"window_s", 2}, {"tick_s", 0.1}, {"efficiency_fraction", 1}, {"restore_per_s", 0}});
  StageChain chain;
  chain.add("rack_storage", more);
  return chain;
}

TEST(RackStorage, FeedsTheMeanOfItsWindow) {
  StageChain chain = storage();
  const Record drawn = chain.play({{400, 5}, {1000, 5}});
  EXPECT_NEAR(drawn.at(4.95), 400, 1e-9);
  EXPECT_NEAR(drawn.at(5.55), 400 + 600 * 0.25, 1e-9);  // mean over (3.5, 5.5]
  EXPECT_NEAR(drawn.at(7.05), 1000, 1e-9);
}

TEST(RackStorage, LooksBackOnADemandLikeItsFirst) {
  StageChain chain = storage();
  const Record drawn = chain.play({{400, 0.5}, {1000, 5}});
  EXPECT_NEAR(drawn.at(0.05), 400, 1e-9);
  EXPECT_NEAR(drawn.at(1.05), (400 * 1.5 + 1000 * 0.5) / 2, 1e-9);  // mean over (-1, 1]
}

TEST(RackStorage, CountsWhatItNeeds) {
  StageChain chain = storage();
  chain.play({{400, 5}, {1000, 5}}, 0.0);
  // Demand less feed falls from 600 W to 0 in 20 ticks, held at the begin of each: 60 J + 57 J + ... + 3 J.
  EXPECT_NEAR(chain.use(0).used.value(), 630, 1e-6);
  EXPECT_NEAR(chain.use(0).peak_discharge.value(), 600, 1e-9);
  EXPECT_NEAR(chain.use(0).peak_charge.value(), 0, 1e-9);
  EXPECT_NEAR(chain.books(0).stored.value(), -630, 1e-6);
  EXPECT_FALSE(chain.use(0).lowest_charge_fraction);
}

TEST(RackStorage, ForgetsWhatWasBeforeTheStatistics) {
  StageChain chain = storage();
  chain.play({{400, 5}, {1000, 5}}, 7.5);
  EXPECT_NEAR(chain.use(0).used.value(), 0, 1e-6);
  EXPECT_NEAR(chain.books(0).demand.value(), 2500, 1e-6);
}

TEST(RackStorage, KeepsToItsPower) {
  StageChain chain = storage({{"charge_w_per_gpu", 50}, {"discharge_w_per_gpu", 100}});
  const Record drawn = chain.play({{400, 5}, {1000, 5}, {400, 5}});
  EXPECT_NEAR(drawn.at(5.05), 900, 1e-9);
  EXPECT_NEAR(drawn.at(10.05), 450, 1e-9);
}

TEST(RackStorage, IsEmptyAtTheExactDateAndFitAgainAfterAMargin) {
  // 0.1 to 0.9 of 1000 J, 420 J until it is empty: at 600 W, less 30 W more each tick, in the eighth tick.
  StageChain chain = storage({{"capacity_j_per_gpu", 1000}});
  const Record drawn = chain.play({{400, 5}, {1000, 2}});
  const double given = 60 + 57 + 54 + 51 + 48 + 45 + 42 + 39;  // 396 J in eight ticks
  const double empty = 5.8 + (420 - given) / 360;
  EXPECT_NEAR(drawn.at(empty - 1e-6), 640, 1e-9);
  EXPECT_NEAR(drawn.at(empty + 1e-6), 1000, 1e-9);
  EXPECT_TRUE(chain.stage(0).exhausted());
  EXPECT_NEAR(*chain.use(0).lowest_charge_fraction, 0.1, 1e-12);
  chain.play({{990, 5}});  // charges 10 J: less than the margin of 80 J
  EXPECT_TRUE(chain.stage(0).exhausted());
  chain.play({{400, 5}});
  EXPECT_FALSE(chain.stage(0).exhausted());
}

TEST(RackStorage, LosesInChargingAndRestoresItsCharge) {
  StageChain chain = storage({{"capacity_j_per_gpu", 2000}, {"efficiency_fraction", 0.9}, {"restore_per_s", 0.05}});
  chain.play(two_levels(1000, 500, 0.75, 2.0, 100), 100);
  // Restoring at b W keeps the balance where 0.9 * 0.5 s * (375 + b) = 1.5 s * (125 - b): b = 9.62, 192.3 J a period.
  EXPECT_NEAR(chain.books(0).lost.value(), 50 * 192.3 * 0.1, 5);
  EXPECT_NEAR(chain.books(0).stored.value(), 0, 5);
  EXPECT_GT(*chain.use(0).lowest_charge_fraction, 0.3);
}

TEST(RackStorage, CountsTheEnergyThatIsStoredAndNotWhatIsFed) {
  StageChain charging = storage({{"capacity_j_per_gpu", 2000}, {"efficiency_fraction", 0.5}});
  charging.play({{1000, 5}, {400, 5}}, 0.0);  // 630 J fed, as in the test of what a storage needs
  EXPECT_NEAR(charging.use(0).used.value(), 315, 1e-6);

  StageChain restored = storage({{"capacity_j_per_gpu", 2000}, {"efficiency_fraction", 0.9}, {"restore_per_s", 0.05}});
  restored.play(two_levels(1000, 500, 0.75, 2.0, 100), 100);
  const StorageUse use = restored.use(0);
  EXPECT_NEAR(use.used.value(), 2000 * (*use.highest_charge_fraction - *use.lowest_charge_fraction), 1e-6);
  EXPECT_LT(use.used.value(), 250);  // of one period, not of fifty
}

TEST(RackStorage, HandsOverToAStandbyInTheGpus) {
  StageChain chain;
  chain.add("gpu_power_smoothing", {{"standby", 1}, {"initial_ceiling_fraction", 1}});
  chain.add("rack_storage", {{"window_s", 30}, {"capacity_j_per_gpu", 2000}});
  const Record drawn = chain.play(two_levels(1000, 500, 0.75, 2.0, 30) + test::Wave{{400, 20}});
  EXPECT_TRUE(chain.stage(1).exhausted());  // full
  EXPECT_GT(chain.books(0).burned.value(), 0);
  EXPECT_GE(drawn.after(2).lowest(), 700);  // the storage alone would have let it fall to 400 W
}

}  // namespace
}  // namespace headroom

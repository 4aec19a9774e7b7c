#include <gtest/gtest.h>

#include "support/smoothing_driver.hpp"

namespace headroom {
namespace {

using test::Record;
using test::StageChain;

/// Below 700 W it fills up to 950 W: polls every 10 ms, starts 20 ms later, ends 5 ms later.
StageChain firefly(std::map<std::string, double> more = {}) {
  more.insert({{"poll_s", 0.01}, {"engage_s", 0.02}, {"back_off_s", 0.005}, {"slowdown_fraction", 0.04}});
  StageChain chain;
  chain.add("firefly", more);
  return chain;
}

TEST(Firefly, StartsAfterThePollAndItsLatency) {
  StageChain chain = firefly();
  const Record drawn = chain.play({{1000, 1.004}, {500, 1}});
  EXPECT_EQ(drawn.at(1.0299), 500);  // seen at 1.01
  EXPECT_EQ(drawn.at(1.0301), 950);
}

TEST(Firefly, CostsTheJobItsShareBesideTheLoad) {
  StageChain chain = firefly();
  chain.play({{1000, 1.004}, {500, 0.993}, {1000, 1}});
  // Beside the load: 500 W from 1.03 to 1.997, then 1000 W up to the poll of 2.0 and the back-off of 5 ms.
  const double unserved = 0.04 * (500 * 0.967 + 1000 * 0.008);
  EXPECT_NEAR(chain.books(0).unserved.value(), unserved, 1e-9);
  EXPECT_NEAR(chain.books(0).burned.value(), 450 * 0.967 + unserved, 1e-9);
}

TEST(Firefly, OverlooksWhatNoPollSees) {
  StageChain chain = firefly();
  const Record drawn = chain.play({{1000, 1.001}, {500, 0.008}, {1000, 1}});
  EXPECT_EQ(chain.books(0).burned, Energy());
  EXPECT_EQ(drawn.lowest(), 500);
}

TEST(Firefly, PausesToReadTheCounters) {
  StageChain chain = firefly({{"counter_period_s", 2}, {"counter_duration_s", 0.1}});
  const Record drawn = chain.play({{1000, 0.5}, {500, 10}});
  EXPECT_EQ(drawn.at(1.99), 950);
  EXPECT_EQ(drawn.at(2.05), 500);
  EXPECT_EQ(drawn.at(2.11), 950);
  EXPECT_EQ(drawn.at(8.05), 500);
}

TEST(Firefly, RestsWithoutAJob) {
  StageChain chain = firefly({{"give_up_s", 3}});
  const Record drawn = chain.play({{100, 5}, {1000, 1}, {100, 2}, {1000, 1.004}, {100, 10}, {1000, 1}, {100, 1}});
  EXPECT_EQ(drawn.at(4), 100);
  EXPECT_EQ(drawn.at(7), 950);
  EXPECT_EQ(drawn.at(9.004 + 2.99), 950);
  EXPECT_EQ(drawn.at(9.004 + 3.02), 100);
  EXPECT_EQ(drawn.at(18), 100);
  EXPECT_EQ(drawn.at(20.5), 950);
}

TEST(Firefly, ReachesTdp) {
  StageChain chain = firefly({{"target_fraction", 1.0}});
  EXPECT_EQ(chain.play({{1000, 0.2}, {500, 1}}).at(0.5), test::kTdp);
}

TEST(PowerCap, ClipsAndCountsWhatItClipped) {
  StageChain chain;
  chain.add("power_cap", {{"cap_w", 800}});
  const Record drawn = chain.play({{1000, 2}, {500, 1}});
  EXPECT_EQ(drawn.at(1), 800);
  EXPECT_EQ(drawn.at(2.5), 500);
  EXPECT_EQ(chain.books(0).unserved, Energy(400));
  EXPECT_EQ(chain.books(0).burned, Energy(0));
}

}  // namespace
}  // namespace headroom

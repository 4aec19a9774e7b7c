#include <gtest/gtest.h>

#include "policy/builtin.hpp"
#include "support/policy_views.hpp"

namespace headroom {
namespace {

using test::HandmadeRow;
using test::Words;

struct Polca : testing::Test {
  Choice<Controller> controller = test::chosen(builtin_controllers(), "polca", {});
  HandmadeRow row{*controller.value};
  const Words low_t1{"0:1275", "1:1275"}, low_t2{"0:1110", "1:1110"}, high_t2{"2:1305", "3:1305"};
  const Words low_free{"0:unlock", "1:unlock"}, high_free{"2:unlock", "3:unlock"};
  const Words all_braked{"0:brake", "1:brake", "2:brake", "3:brake"};
  const Words all_unbraked{"0:unbrake", "1:unbrake", "2:unbrake", "3:unbrake"};
};

Words operator+(Words a, const Words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST_F(Polca, DecidesEveryTwoSeconds) {
  EXPECT_EQ(controller.value->period(), Seconds(2));
}

TEST_F(Polca, DoesNothingBeforeTheFirstSample) {
  EXPECT_EQ(row.blind(2), Words{});
}

TEST_F(Polca, DoesNothingUpToT1) {
  EXPECT_EQ(row.at(4, 0.80), Words{});
}

TEST_F(Polca, LocksLowPriorityAboveT1AndNeverTouchesHigh) {
  EXPECT_EQ(row.at(4, 0.81), low_t1);
  EXPECT_EQ(row.last_cause(), "polca: row0 at 0.810");
  for (double now = 6; now < 200; now += 2) EXPECT_EQ(row.at(now, 0.88), Words{}) << now;
}

TEST_F(Polca, LocksLowPriorityLowerAboveT2) {
  EXPECT_EQ(row.at(4, 0.81), low_t1);
  EXPECT_EQ(row.at(6, 0.90), low_t2);
}

TEST_F(Polca, PassesOverTheFirstLockWherePowerPassesBothThresholds) {
  EXPECT_EQ(row.at(4, 0.90), low_t2);
}

TEST_F(Polca, LocksHighPriorityAtTheFirstSampleAfterTheLowLockTookEffect) {
  EXPECT_EQ(row.at(4, 0.90), low_t2);  // acts from 44 s on
  for (double now = 6; now <= 46; now += 2) EXPECT_EQ(row.at(now, 0.95), Words{}) << "sample of " << now - 2 << " s";
  EXPECT_EQ(row.at(48, 0.90), high_t2);  // sample of 46 s
  EXPECT_EQ(row.at(50, 0.95), Words{});
}

TEST_F(Polca, LeavesHighPriorityAloneWhereTheLowLockSufficed) {
  row.at(4, 0.90);
  for (double now = 6; now < 200; now += 2) EXPECT_EQ(row.at(now, 0.88), Words{}) << now;
}

TEST_F(Polca, GivesEachLowLockItsTime) {
  row.at(4, 0.90);
  EXPECT_EQ(row.at(50, 0.83), low_t1);   // T2 released
  EXPECT_EQ(row.at(100, 0.90), low_t2);  // again: acts from 140 s on
  EXPECT_EQ(row.at(142, 0.90), Words{});
  EXPECT_EQ(row.at(144, 0.90), high_t2);
}

TEST_F(Polca, BrakesEverybodyAboveTheBudgetAndLocksAsAboveT2) {
  EXPECT_EQ(row.at(4, 1.0), low_t2);
  EXPECT_EQ(row.at(6, 1.001), all_braked + high_t2);
}

TEST_F(Polca, BrakesOnce) {
  EXPECT_EQ(row.at(4, 1.1), all_braked + low_t2 + high_t2);
  EXPECT_EQ(row.at(6, 1.1), Words{});  // the brake is under way
  EXPECT_EQ(row.at(8, 1.2), Words{});
}

TEST_F(Polca, HoldsTheBrakeForFortySeconds) {
  row.at(4, 1.1);
  for (double now = 6; now <= 42; now += 2) EXPECT_EQ(row.at(now, 0.3), Words{}) << now;
  EXPECT_EQ(row.at(44, 0.3), all_unbraked);
}

TEST_F(Polca, HoldsTheBrakeUntilPowerIsBelowT2) {
  row.at(4, 1.1);
  EXPECT_EQ(row.at(44, 0.89), Words{});
  EXPECT_EQ(row.at(60, 0.9), Words{});
  EXPECT_EQ(row.at(62, 0.889), all_unbraked);
}

TEST_F(Polca, ReleasesNoLockBeforeSamplesShowTheLoadAgain) {
  row.at(4, 1.1);
  row.at(44, 0.3);  // the brake ends at 49 s
  EXPECT_EQ(row.at(46, 0.3), Words{});
  EXPECT_EQ(row.at(50, 0.3), Words{});  // sample of 48 s
  EXPECT_EQ(row.at(52, 0.3), Words{});  // sample of 50 s: half of its window was braked
  EXPECT_EQ(row.at(54, 0.5), high_free + low_free);
}

TEST_F(Polca, BrakesAgainWhereTheLoadIsBack) {
  row.at(4, 1.1);
  row.at(44, 0.3);
  EXPECT_EQ(row.at(54, 1.05), all_braked);  // all locks are in force already
}

TEST_F(Polca, ReleasesFivePointsLower) {
  row.at(4, 0.81);
  EXPECT_EQ(row.at(50, 0.75), Words{});
  EXPECT_EQ(row.at(52, 0.749), low_free);
  EXPECT_EQ(row.at(54, 0.70), Words{});
}

TEST_F(Polca, ReleasesTheSecondLocksToTheFirst) {
  row.at(4, 0.90);
  row.at(48, 0.90);
  EXPECT_EQ(row.at(50, 0.84), Words{});
  EXPECT_EQ(row.at(52, 0.839), high_free + low_t1);
  EXPECT_EQ(row.at(54, 0.80), Words{});
  EXPECT_EQ(row.at(56, 0.74), low_free);
}

TEST_F(Polca, ReleasesEverythingAtOnceWherePowerFellBelowBoth) {
  row.at(4, 0.90);
  row.at(48, 0.90);
  EXPECT_EQ(row.at(50, 0.5), high_free + low_free);
}

/// Server 1 comes to serve high priority, server 2 low, and server 3 nobody, while both locks hold.
TEST_F(Polca, FollowsWhomServersServe) {
  row.at(4, 0.90);
  EXPECT_EQ(row.at(48, 0.90), high_t2);
  row.serves(1, Priority::high);
  row.serves(2, Priority::low);
  row.serves(3, std::nullopt);
  EXPECT_EQ(row.at(50, 0.86), (Words{"1:unlock", "2:unlock", "3:unlock", "2:1110", "1:1305"}));
  EXPECT_EQ(row.at(52, 0.83), (Words{"1:unlock", "0:1275", "2:1275"}));
  EXPECT_EQ(row.at(54, 0.70), (Words{"0:unlock", "2:unlock"}));
}

}  // namespace
}  // namespace headroom

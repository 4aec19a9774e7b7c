#include <gtest/gtest.h>

#include <memory>

#include "headroom/recipe.hpp"
#include "policy/builtin.hpp"
#include "support/policy_views.hpp"

namespace headroom::test {
namespace {

/// Servers of a row of 100 kW whose draw is in proportion to their clock: 705, 1110, 1275, 1410 MHz are 0.5, 0.787,
/// 0.904 and 1 of it. Locks take 40 s and a window of 2 s.
struct Capped : testing::Test {
  Recipe<Controller> recipe =
      chosen(builtin_controllers(), "row_cap", {{"hold_s", 30}, {"target_fraction", 0.97}, {"release_fraction", 0.94}});
  std::unique_ptr<Controller> controller = recipe.make();
  HandmadeRow row{*controller};
};

TEST_F(Capped, LocksAllToTheHighestClockThatFits) {
  EXPECT_EQ(row.at(4, 1.0), Words());
  EXPECT_EQ(row.at(6, 1.05), Words({"0:1275", "1:1275", "2:1275", "3:1275"}));  // 1.05 x 0.904 = 0.95
  EXPECT_EQ(row.last_cause(), "row_cap: row0 at 1.050000");
}

TEST_F(Capped, WaitsForWhatItDecided) {
  (void)row.at(6, 1.05);
  EXPECT_EQ(row.at(46, 1.20), Words());                                      // still under way
  EXPECT_EQ(row.at(48, 1.20), Words({"0:705", "1:705", "2:705", "3:705"}));  // at 1275; 1110 MHz would be 1.045
}

TEST_F(Capped, RaisesClocksByTheHighestOfAWhile) {
  (void)row.at(6, 1.20);  // 0.97 / 1.20 = 0.81: 1110 MHz
  (void)row.at(50, 0.60);
  EXPECT_EQ(row.at(60, 0.80), Words());
  EXPECT_EQ(row.at(80, 0.60), Words({"0:1275", "1:1275", "2:1275", "3:1275"}));  // 0.80 x 0.904 / 0.787 = 0.92
  (void)row.at(130, 0.40);
  EXPECT_EQ(row.at(160, 0.40), Words({"0:unlock", "1:unlock", "2:unlock", "3:unlock"}));
}

}  // namespace
}  // namespace headroom::test

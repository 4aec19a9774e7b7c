#include <gtest/gtest.h>

#include "policy/builtin.hpp"
#include "support/policy_views.hpp"

namespace headroom {
namespace {

using test::HandmadeRow;
using test::Words;

const Words all_braked{"0:brake", "1:brake", "2:brake", "3:brake"};
const Words all_unbraked{"0:unbrake", "1:unbrake", "2:unbrake", "3:unbrake"};

struct Row {
  explicit Row(std::string_view kind)
      : controller(test::chosen(builtin_controllers(), kind, {})), row(*controller.value) {}
  Choice<Controller> controller;
  HandmadeRow row;
};

TEST(NoControl, NeverActs) {
  Row none("none");
  EXPECT_EQ(none.row.at(4, 0.9), Words{});
  EXPECT_EQ(none.row.at(6, 3.0), Words{});
}

TEST(NoCap, OnlyBrakes) {
  Row no_cap("no_cap");
  EXPECT_EQ(no_cap.row.at(4, 1.0), Words{});
  EXPECT_EQ(no_cap.row.at(6, 1.01), all_braked);
  EXPECT_EQ(no_cap.row.last_cause(), "no_cap: row0 at 1.010");
  EXPECT_EQ(no_cap.row.at(44, 0.2), Words{});
  EXPECT_EQ(no_cap.row.at(46, 0.2), all_unbraked);
  EXPECT_EQ(no_cap.row.at(60, 0.2), Words{});
}

TEST(OneThresholdLowPriority, LocksLowPriorityAboveItsThresholdOnly) {
  Row one("one_threshold_low_priority");
  EXPECT_EQ(one.row.at(4, 0.89), Words{});
  EXPECT_EQ(one.row.at(6, 0.90), (Words{"0:1110", "1:1110"}));
  EXPECT_EQ(one.row.at(80, 0.95), Words{});
}

TEST(OneThresholdLowPriority, ReleasesFivePointsLower) {
  Row one("one_threshold_low_priority");
  one.row.at(4, 0.90);
  EXPECT_EQ(one.row.at(6, 0.84), Words{});
  EXPECT_EQ(one.row.at(8, 0.83), (Words{"0:unlock", "1:unlock"}));
}

/// Server 1 comes to serve high priority, and server 2 low priority, while the lock holds; then nobody is on server 0.
TEST(OneThresholdLowPriority, FollowsWhomServersServe) {
  Row one("one_threshold_low_priority");
  EXPECT_EQ(one.row.at(4, 0.90), (Words{"0:1110", "1:1110"}));
  one.row.serves(1, Priority::high);
  one.row.serves(2, Priority::low);
  EXPECT_EQ(one.row.at(6, 0.86), (Words{"1:unlock", "2:1110"}));
  EXPECT_EQ(one.row.at(8, 0.86), Words{});
  one.row.serves(0, std::nullopt);
  EXPECT_EQ(one.row.at(10, 0.83), (Words{"0:unlock", "2:unlock"}));
  one.row.serves(1, std::nullopt);
  EXPECT_EQ(one.row.at(12, 0.90), (Words{"2:1110"}));
}

TEST(OneThresholdAll, LocksAndReleasesEverybody) {
  Row one("one_threshold_all");
  EXPECT_EQ(one.row.at(4, 0.90), (Words{"0:1110", "1:1110", "2:1110", "3:1110"}));
  EXPECT_EQ(one.row.at(6, 0.83), (Words{"0:unlock", "1:unlock", "2:unlock", "3:unlock"}));
}

TEST(OneThresholdAll, BrakesAndLocksAboveTheBudget) {
  Row one("one_threshold_all");
  Words expected = all_braked;
  for (const char* word : {"0:1110", "1:1110", "2:1110", "3:1110"}) expected.emplace_back(word);
  EXPECT_EQ(one.row.at(4, 1.01), expected);
}

TEST(OneThresholdAll, KeepsItsLocksUntilSamplesShowTheLoadAgain) {
  Row one("one_threshold_all");
  one.row.at(4, 1.01);
  EXPECT_EQ(one.row.at(30, 0.2), Words{});
  EXPECT_EQ(one.row.at(44, 0.2), all_unbraked);  // ends at 49 s
  EXPECT_EQ(one.row.at(50, 0.2), Words{});       // sample of 48 s
  EXPECT_EQ(one.row.at(54, 0.5), (Words{"0:unlock", "1:unlock", "2:unlock", "3:unlock"}));
}

TEST(Baselines, WaitForTheFirstSample) {
  for (const char* kind : {"no_cap", "one_threshold_low_priority", "one_threshold_all"})
    EXPECT_EQ(Row(kind).row.blind(2), Words{}) << kind;
}

}  // namespace
}  // namespace headroom

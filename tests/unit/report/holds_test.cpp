#include "report/holds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headroom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

RunEvent event(const std::string& kind, const std::string& target, double effective_s, double duration_s) {
  return {.time_s = effective_s - 1,
          .effective_s = effective_s,
          .duration_s = duration_s,
          .landed = true,
          .kind = kind,
          .target = target,
          .cause = "",
          .clock_mhz = {},
          .power_w = {}};
}

/// One server from 10 to 30 by two locks, another from 20 to 40.
TEST(Holds, CountsServersOnceHoweverManyLocksTheyHave) {
  const std::vector<RunEvent> events = {event("clock_lock", "row0/rack0/server0", 10, 15),
                                        event("clock_lock", "row0/rack0/server0", 20, 10),
                                        event("clock_lock", "row0/rack1/server0", 20, 20)};
  const auto lanes = lanes_of(events, "row0", 100);
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_EQ(lanes[0].kind, "lock");
  EXPECT_THAT(lanes[0].times_s, ElementsAre(10, 20, 30, 40));
  EXPECT_THAT(lanes[0].counts, ElementsAre(1, 2, 1, 0));
  EXPECT_THAT(held_s(events), ElementsAre(Pair("row0/rack0/server0", 20), Pair("row0/rack1/server0", 20)));
}

TEST(Holds, LooksOnlyUnderItsNode) {
  const std::vector<RunEvent> events = {event("power_cap", "row1/rack0/server0", 10, 5)};
  EXPECT_THAT(lanes_of(events, "row0", 100), IsEmpty());
  EXPECT_THAT(lanes_of(events, "row", 100), IsEmpty());
  EXPECT_EQ(lanes_of(events, "site", 100).size(), 1U);
}

TEST(Holds, ATripLastsToTheEndAndIsOfItsNodeAlone) {
  std::vector<RunEvent> events = {event("trip", "row0", 50, 0)};
  events[0].time_s = 50;
  const auto lanes = lanes_of(events, "row0", 100);
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_THAT(lanes[0].times_s, ElementsAre(50, 100));
  EXPECT_THAT(lanes_of(events, "site", 100), IsEmpty());
}

TEST(Holds, HeatOfAnInstanceIsOfItsServer) {
  const std::vector<RunEvent> events = {event("thermal_throttle", "row0/rack0/server1/instance3", 10, 2),
                                        event("power_brake", "row0/rack0/server1", 11, 4),
                                        event("start", "row0/rack0/server2", 0, 60)};
  EXPECT_THAT(held_s(events), ElementsAre(Pair("row0/rack0/server1", 5)));
}

}  // namespace
}  // namespace headroom

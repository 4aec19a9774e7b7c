#include "workflow/playback.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace headroom {
namespace {

TEST(Playback, WaitsForWhatIsNotThere) {
  const std::vector<Seconds> there{Seconds(10), Seconds(12), Seconds(31), Seconds(32)};
  const Playback playback = playback_of(there, Seconds(5));
  EXPECT_EQ(playback.first, Seconds(10));
  EXPECT_EQ(playback.ttff, Seconds(21));           // of the third: 31 less two items
  EXPECT_EQ(playback.ttff_by_total, Seconds(12));  // 32 less four
  EXPECT_EQ(playback.stalled, Seconds(11));        // at 20, until 31
  EXPECT_EQ(playback.stalls, 1u);
}

}  // namespace
}  // namespace headroom

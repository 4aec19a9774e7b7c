#include "model/performance/all_reduce.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

AllReduceTimes measured() {
  return {{"2", {{1000, Seconds(1)}, {2000, Seconds(2)}, {4000, Seconds(3)}}}, {"8", {{1000, Seconds(5)}}}};
}

TEST(AllReduce, IsLinearBetweenItsPointsAndKeepsTheRateOfTheLast) {
  const AllReduce two(measured(), 2);
  EXPECT_DOUBLE_EQ(two.seconds(10), 1);
  EXPECT_DOUBLE_EQ(two.seconds(1000), 1);
  EXPECT_DOUBLE_EQ(two.seconds(1500), 1.5);
  EXPECT_DOUBLE_EQ(two.seconds(3000), 2.5);
  EXPECT_DOUBLE_EQ(two.seconds(4000), 3);
  EXPECT_DOUBLE_EQ(two.seconds(8000), 6);
}

TEST(AllReduce, TakesThePointsOfTheNextLargerNumberOfGpus) {
  EXPECT_EQ(AllReduce(measured(), 4).seconds(1000), 5);
  EXPECT_EQ(AllReduce(measured(), 16).seconds(1000), 5);
  EXPECT_EQ(AllReduce(measured(), 1).seconds(1000), 0);
  EXPECT_EQ(AllReduce({}, 2).seconds(1000), 0);
}

}  // namespace
}  // namespace headroom

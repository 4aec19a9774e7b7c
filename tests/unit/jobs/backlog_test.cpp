#include "jobs/backlog.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(Backlog, WhatIsDoneOfAStageUnderWayIsNotLeft) {
  Backlog backlog;
  backlog.add(Seconds(10));
  backlog.add(Seconds(10));
  backlog.begin(1, Seconds(100));
  backlog.begin(0.5, Seconds(102));  // an instance that takes twice as long
  EXPECT_DOUBLE_EQ(backlog.left(Seconds(102)).value(), 18);
  EXPECT_DOUBLE_EQ(backlog.left(Seconds(108)).value(), 20 - 8 - 3);
  backlog.end(1, Seconds(100));
  backlog.remove(Seconds(10));
  EXPECT_DOUBLE_EQ(backlog.left(Seconds(110)).value(), 10 - 4);
  backlog.end(0.5, Seconds(102));  // it was lost: all of it is to do again
  EXPECT_DOUBLE_EQ(backlog.left(Seconds(111)).value(), 10);
}

TEST(Backlog, IsNeverNegative) {
  Backlog backlog;
  backlog.add(Seconds(10));
  backlog.begin(1, Seconds(0));
  EXPECT_EQ(backlog.left(Seconds(12)).value(), 0);  // it takes longer than was expected
}

}  // namespace
}  // namespace headroom

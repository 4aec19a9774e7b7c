#include "facility/lowest_limit.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(LowestLimit, IsTheLowestOfThoseThatLast) {
  LowestLimit limit;
  EXPECT_EQ(limit.fraction(), 1);
  limit.begin(0.75);
  limit.begin(0.9);
  limit.begin(0.75);
  EXPECT_EQ(limit.fraction(), 0.75);
  limit.end(0.75);
  EXPECT_EQ(limit.fraction(), 0.75);
  limit.end(0.75);
  EXPECT_EQ(limit.fraction(), 0.9);
  limit.end(0.9);
  EXPECT_EQ(limit.fraction(), 1);
}

}  // namespace
}  // namespace headroom

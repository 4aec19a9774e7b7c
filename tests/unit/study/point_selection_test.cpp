#include "study/point_selection.hpp"

#include <gmock/gmock.h>

#include "base/problem.hpp"

namespace headroom {
namespace {

TEST(PointSelection, ShardsHaveEveryPointOnce) {
  for (std::size_t point = 0; point < 7; ++point) {
    int owners = 0;
    for (const char* shard : {"1/3", "2/3", "3/3"}) {
      PointSelection selection;
      read_shard(shard, selection);
      owners += selection.has(point, "p") ? 1 : 0;
    }
    EXPECT_EQ(owners, 1);
  }
}

TEST(PointSelection, ShardsThatAreNoneAreRefused) {
  for (const char* text : {"", "1", "/", "0/2", "3/2", "1/2/3", "a/b", "-1/2", "1/ 2", "1/0"}) {
    PointSelection selection;
    EXPECT_THROW(read_shard(text, selection), InputError) << text;
  }
}

TEST(PointSelection, NamesMustBeThoseOfPoints) {
  SweepPlan plan;
  plan.points.push_back({"seed=1", {}, {}, "", {}});
  PointSelection selection;
  selection.only = {"seed=1"};
  selection.check(plan);
  EXPECT_TRUE(selection.has(0, "seed=1"));
  EXPECT_FALSE(selection.has(1, "seed=2"));
  selection.only = {"seed=2"};
  EXPECT_THROW(selection.check(plan), InputError);
}

}  // namespace
}  // namespace headroom

#include "policy/dynamo/reshard_time.hpp"

#include <gtest/gtest.h>

#include <array>

namespace headroom {
namespace {

TEST(ReshardTime, IsThatOfTableVI) {
  const std::array<Split, 6> splits = {Split{2}, {2, 2, 2, 2}, {4}, {2, 4}, {4, 4}, {8}};
  constexpr std::array<std::array<unsigned, 6>, 6> table = {{{0, 4, 2, 2, 2, 1},
                                                             {0, 0, 0, 0, 0, 0},
                                                             {2, 2, 0, 2, 2, 1},
                                                             {0, 2, 0, 0, 1, 1},
                                                             {1, 1, 0, 1, 0, 0},
                                                             {1, 1, 1, 1, 1, 0}}};
  for (std::size_t from = 0; from < 6; ++from)
    for (std::size_t to = 0; to < 6; ++to)
      EXPECT_EQ(moves(splits[from], splits[to]), table[from][to]) << from << " to " << to;
}

TEST(ReshardTime, FollowsTheRuleForOtherSplits) {
  EXPECT_EQ(moves({8}, {2, 2, 4}), 1U);
  EXPECT_EQ(moves({4, 4}, {2, 2, 4}), 1U);
  EXPECT_EQ(moves({2, 2, 4}, {8}), 0U);
  EXPECT_EQ(moves({2, 2, 4}, {2, 2, 2, 2}), 1U);
  EXPECT_EQ(moves({2, 2, 2}, {2, 2, 2, 2}), 2U);
  for (const Split& to : {Split{2, 2, 4}, {4, 2}, {2, 2, 2}}) EXPECT_EQ(moves({2, 2, 2, 2}, to), 0U);
}

TEST(ReshardTime, TakesAHundredMillisecondsFromTP4ToTP2) {
  constexpr double tau_s = 0.05;
  EXPECT_DOUBLE_EQ(moves({4}, {2}) * tau_s, 0.1);
  EXPECT_DOUBLE_EQ(moves({4}, {8}) * tau_s, 0.05);
  EXPECT_DOUBLE_EQ(moves({4, 4}, {8}) * tau_s, 0);
}

TEST(ReshardTime, CountsPartsOfOtherServers) {
  EXPECT_EQ(moves({2}, {2, 2}, 4), 2U);  // half a model, from one holder
  EXPECT_EQ(moves({4}, {4}, 4), 0U);
}

}  // namespace
}  // namespace headroom

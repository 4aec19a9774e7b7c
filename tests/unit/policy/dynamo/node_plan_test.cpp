#include "policy/dynamo/node_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <numeric>

namespace headroom {
namespace {

using testing::ElementsAre;

constexpr std::array<double, 9> peaks = {2900, 3300, 100, 1900, 1700, 15500, 26000, 13000, 7600};
constexpr std::array<double, 9> largest = {8000, 6000, 1700, 9000, 9000, 7000, 13000, 13000, 9000};

std::vector<unsigned> nodes_of(const NodePlan& plan) {
  std::vector<unsigned> nodes;
  for (const PoolNodes& pool : plan.pools) nodes.push_back(pool.nodes);
  return nodes;
}

unsigned sum_of(const std::vector<unsigned>& nodes) {
  return std::accumulate(nodes.begin(), nodes.end(), 0U);
}

TEST(NodePlan, SpillsToTheNextLargerPool) {
  const NodePlan plan = plan_with_spill(peaks, largest, 24);
  EXPECT_THAT(nodes_of(plan), ElementsAre(0, 1, 0, 0, 0, 2, 2, 1, 2));
  EXPECT_EQ(plan.short_of_servers, 0U);
  constexpr std::array<double, 9> loads = {2900, 6200, 300, 2200, 3900, 19400, 31400, 18400, 13000};
  constexpr std::array<double, 9> passed_on = {2900, 200, 300, 2200, 3900, 5400, 5400, 5400, 0};
  for (std::size_t i = 0; i < loads.size(); ++i) {
    EXPECT_DOUBLE_EQ(plan.pools[i].load, loads[i]);
    EXPECT_DOUBLE_EQ(plan.pools[i].forwarded, passed_on[i] / loads[i]);
  }
}

TEST(NodePlan, RoundsEveryPoolUpWithoutSpill) {
  const NodePlan plan = plan_without_spill(peaks, largest, 24);
  EXPECT_THAT(nodes_of(plan), ElementsAre(1, 1, 1, 1, 1, 3, 2, 1, 1));
  EXPECT_EQ(sum_of(nodes_of(plan)), 12U);
  for (const PoolNodes& pool : plan.pools) EXPECT_EQ(pool.forwarded, 0);
}

TEST(NodePlan, HasOneNodeWithoutLoad) {
  constexpr std::array<double, 3> none = {0, 0, 0};
  for (const NodePlan& plan : {plan_with_spill(none, largest, 24), plan_without_spill(none, largest, 24)}) {
    EXPECT_THAT(nodes_of(plan), ElementsAre(0, 0, 1));
    EXPECT_EQ(plan.pools[1].forwarded, 1);
    EXPECT_EQ(plan.pools[2].forwarded, 0);
  }
}

TEST(NodePlan, PassesOnWhatNoNodeCarries) {
  constexpr std::array<double, 2> load = {500, 500};
  constexpr std::array<double, 2> no_small = {0, 1000};
  EXPECT_THAT(nodes_of(plan_with_spill(load, no_small, 4)), ElementsAre(0, 1));
  EXPECT_EQ(plan_without_spill(load, no_small, 4).pools[0].forwarded, 1);
  constexpr std::array<double, 2> more = {800, 800};
  const NodePlan plan = plan_without_spill(more, no_small, 4);
  EXPECT_THAT(nodes_of(plan), ElementsAre(0, 2));
  EXPECT_EQ(plan.pools[1].load, 1600);
}

TEST(NodePlan, OfASiteWithoutNodesHasNone) {
  for (const NodePlan& plan : {plan_with_spill(peaks, largest, 0), plan_without_spill(peaks, largest, 0)}) {
    EXPECT_EQ(sum_of(nodes_of(plan)), 0);
    EXPECT_EQ(plan.pools[0].forwarded, 1);
    EXPECT_GT(plan.short_of_servers, 0);
  }
}

TEST(NodePlan, ServesWithWhatTheSiteHas) {
  for (unsigned site = 1; site < 8; ++site) {
    const NodePlan plan = plan_with_spill(peaks, largest, site);
    EXPECT_LE(sum_of(nodes_of(plan)), site);
    EXPECT_EQ(plan.short_of_servers, 8 - site);
  }
  EXPECT_THAT(nodes_of(plan_with_spill(peaks, largest, 1)), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 1));
}

TEST(NodePlan, OverloadsAllNodesAlikeWhereTheSiteIsShort) {
  constexpr std::array<double, 2> load = {4000, 4000};
  constexpr std::array<double, 2> node = {1000, 1000};
  const NodePlan plan = plan_with_spill(load, node, 4);
  EXPECT_THAT(nodes_of(plan), ElementsAre(2, 2));
  EXPECT_NEAR(plan.pools[0].forwarded, 0, 1e-5);
  EXPECT_EQ(plan.short_of_servers, 4U);
}

TEST(NodePlan, MergesPoolsWhereTheSiteHasNotOneNodeEach) {
  const NodePlan plan = plan_without_spill(peaks, largest, 5);
  EXPECT_LE(sum_of(nodes_of(plan)), 5U);
  EXPECT_EQ(plan.short_of_servers, 7U);
}

}  // namespace
}  // namespace headroom

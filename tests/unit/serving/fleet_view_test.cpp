#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

#include "headroom/fleet.hpp"
#include "headroom/load_index.hpp"

namespace headroom {
namespace {

TEST(LoadIndex, OfOneThingIsThatThing) {
  LoadIndex index(1);
  index.update(0, 17);
  EXPECT_EQ(index.least(), 0U);
}

TEST(LoadIndex, BeginsWithTheFirst) {
  EXPECT_EQ(LoadIndex(5).least(), 0U);
}

RC_GTEST_PROP(LoadIndexProperty, FindsTheFirstOfTheLeast, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(1, 70);
  LoadIndex index(n);
  std::vector<std::uint64_t> keys(n, 0);
  const auto updates = *rc::gen::container<std::vector<std::pair<std::size_t, std::uint64_t>>>(
      rc::gen::pair(rc::gen::inRange<std::size_t>(0, n), rc::gen::inRange<std::uint64_t>(0, 20)));
  for (const auto& [position, key] : updates) {
    index.update(position, key);
    keys[position] = key;
    RC_ASSERT(index.least() == static_cast<std::size_t>(std::ranges::min_element(keys) - keys.begin()));
  }
}

FleetView two_pools() {
  FleetView fleet;
  fleet.add_pool("low", {Priority::low}, 2);
  fleet.add_pool("high", {Priority::high}, 3);
  return fleet;
}

TEST(FleetView, NumbersInstancesByPool) {
  const FleetView fleet = two_pools();
  EXPECT_EQ(fleet.instances(), 5U);
  EXPECT_EQ(fleet.pool_for(Priority::high), PoolId(1));
  EXPECT_EQ(fleet.name(PoolId(1)), "high");
  EXPECT_EQ(fleet.instance(PoolId(1), 2), InstanceId(4));
}

TEST(FleetView, OrdersEachPoolByBothLoads) {
  FleetView fleet = two_pools();
  fleet.update(InstanceId(2), {1, 500});
  fleet.update(InstanceId(3), {2, 400});
  fleet.update(InstanceId(4), {3, 400});
  EXPECT_EQ(fleet.least_outstanding(PoolId(1)), InstanceId(2));
  EXPECT_EQ(fleet.least_pending_tokens(PoolId(1)), InstanceId(3));
  EXPECT_EQ(fleet.least_outstanding(PoolId(0)), InstanceId(0));
  EXPECT_EQ(fleet.load(InstanceId(3)).pending_tokens, 400U);
}

TEST(FleetView, FollowsLoadsThatFall) {
  FleetView fleet = two_pools();
  fleet.update(InstanceId(0), {4, 100});
  EXPECT_EQ(fleet.least_outstanding(PoolId(0)), InstanceId(1));
  fleet.update(InstanceId(1), {2, 100});
  fleet.update(InstanceId(0), {1, 100});
  EXPECT_EQ(fleet.least_outstanding(PoolId(0)), InstanceId(0));
}

}  // namespace
}  // namespace headroom

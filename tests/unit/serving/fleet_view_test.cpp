#include <gtest/gtest.h>

#include "headroom/fleet.hpp"

namespace headroom {
namespace {

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

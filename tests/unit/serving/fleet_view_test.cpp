#include <gtest/gtest.h>

#include <vector>

#include "headroom/fleet.hpp"
#include "support/fleet_views.hpp"

namespace headroom {
namespace {

using test::kHigh;
using test::kLow;

/// With orders kept at hand, and without.
class FleetViews : public testing::TestWithParam<bool> {
 protected:
  FleetViews() : fleet(test::two_pools()) {
    if (!GetParam()) return;
    fleet.keep(Order::outstanding);
    fleet.keep(Order::pending_tokens);
  }
  [[nodiscard]] std::optional<InstanceId> fewest(PoolId pool) const {
    return fleet.least(pool, Order::outstanding, Request{});
  }
  [[nodiscard]] std::optional<InstanceId> shortest(PoolId pool) const {
    return fleet.least(pool, Order::pending_tokens, Request{});
  }
  FleetView fleet;
  static constexpr PoolId low{0}, high{1};
};

TEST_P(FleetViews, NumbersInstancesByPool) {
  EXPECT_EQ(fleet.instances(), 5U);
  EXPECT_EQ(fleet.pool_for(test::of(kHigh)), high);
  EXPECT_EQ(fleet.name(high), "high");
  EXPECT_EQ(fleet.members(high)[2], InstanceId(4));
}

TEST_P(FleetViews, OrderEachPoolByBothLoads) {
  fleet.update(InstanceId(2), {1, 500});
  fleet.update(InstanceId(3), {2, 400});
  fleet.update(InstanceId(4), {3, 400});
  EXPECT_EQ(fewest(high), InstanceId(2));
  EXPECT_EQ(shortest(high), InstanceId(3));
  EXPECT_EQ(fewest(low), InstanceId(0));
  EXPECT_EQ(fleet[InstanceId(3)].load.pending_tokens, 400U);
}

TEST_P(FleetViews, FollowLoadsThatFall) {
  fleet.update(InstanceId(0), {4, 100});
  EXPECT_EQ(fewest(low), InstanceId(1));
  fleet.update(InstanceId(1), {2, 100});
  fleet.update(InstanceId(0), {1, 100});
  EXPECT_EQ(fewest(low), InstanceId(0));
}

/// However little it is wanted, an instance does not come first again where its load no longer fits a number.
TEST_P(FleetViews, PutTheLeastWantedLast) {
  fleet.set_weight(InstanceId(0), 0x1.0p-54);
  fleet.update(InstanceId(1), {10, 1000});
  EXPECT_EQ(fewest(low), InstanceId(1));
  EXPECT_EQ(shortest(low), InstanceId(1));
  fleet.update(InstanceId(1), {.up = false});
  EXPECT_EQ(shortest(low), InstanceId(0));
}

TEST_P(FleetViews, LeaveOutThoseThatAreNotOpen) {
  fleet.set_status(InstanceId(2), Status::draining);
  fleet.update(InstanceId(3), {.up = false});
  EXPECT_EQ(fewest(high), InstanceId(4));
  fleet.set_status(InstanceId(4), Status::gone);
  EXPECT_EQ(fewest(high), std::nullopt);
  EXPECT_EQ(fleet.members(high).size(), 2U);
  fleet.set_status(InstanceId(2), Status::up);
  EXPECT_EQ(shortest(high), InstanceId(2));
}

TEST_P(FleetViews, TakeWhatJoins) {
  InstanceState state;
  state.pool = high;
  state.status = Status::starting;
  const InstanceId id = fleet.add_instance(state);
  for (const std::size_t i : {2U, 3U, 4U}) fleet.update(InstanceId(i), {2, 100});
  EXPECT_EQ(fewest(high), InstanceId(2));
  fleet.set_status(id, Status::up);
  EXPECT_EQ(fewest(high), id);
  fleet.assign(id, low);
  EXPECT_EQ(fewest(high), InstanceId(2));
  EXPECT_EQ(fleet.members(low).size(), 3U);
}

TEST_P(FleetViews, LeaveOutThoseThatCouldNotHoldARequest) {
  InstanceState small;
  small.pool = high;
  small.kv_capacity_tokens = 1000;
  const InstanceId id = fleet.add_instance(small);
  for (const std::size_t i : {2U, 3U, 4U}) fleet.update(InstanceId(i), {2, 100});
  Request request;
  request.input_tokens = 900;
  request.output_tokens = 100;
  EXPECT_EQ(fleet.least(high, Order::pending_tokens, request), id);
  request.output_tokens = 101;
  EXPECT_EQ(fleet.least(high, Order::pending_tokens, request), InstanceId(2));
}

/// (n + 1) / w - 1: 2 requests at weight 0.5 look like 5, at weight 2 like half a request.
TEST_P(FleetViews, WeighLoads) {
  fleet.update(InstanceId(2), {2, 1000});
  fleet.update(InstanceId(3), {4, 2000});
  fleet.update(InstanceId(4), {6, 3000});
  fleet.set_weight(InstanceId(2), 0.5);
  EXPECT_EQ(fewest(high), InstanceId(3));
  EXPECT_EQ(shortest(high), InstanceId(3));
  fleet.set_weight(InstanceId(4), 2);
  EXPECT_EQ(fewest(high), InstanceId(4));
  fleet.set_weight(InstanceId(4), 0);
  EXPECT_EQ(fewest(high), InstanceId(3));
}

/// Of a class, a quarter goes to the other pool, by counting.
TEST_P(FleetViews, ShareAClassAmongPools) {
  fleet.share(kLow, high, 0.25);
  std::vector<PoolId> pools;
  for (int i = 0; i < 8; ++i) {
    pools.push_back(*fleet.pool_for(test::of(kLow)));
    fleet.sent(kLow);
  }
  EXPECT_EQ(pools, (std::vector<PoolId>{low, low, high, low, low, low, high, low}));
  fleet.share(kLow, high, 0);
  EXPECT_EQ(fleet.pool_for(test::of(kLow)), low);
}

/// A share that a controller says again every few requests.
TEST_P(FleetViews, KeepTheCountOfAShareThatIsSaidAgain) {
  int shared = 0;
  for (int i = 0; i < 1000; ++i) {
    if (i % 3 == 0) fleet.share(kLow, high, 0.05);
    shared += *fleet.pool_for(test::of(kLow)) == high;
    fleet.sent(kLow);
  }
  EXPECT_EQ(shared, 50);
}

INSTANTIATE_TEST_SUITE_P(Orders, FleetViews, testing::Bool());

}  // namespace
}  // namespace headroom

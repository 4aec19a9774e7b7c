#include <gtest/gtest.h>

#include <optional>

#include "headroom/fleet.hpp"
#include "policy/builtin.hpp"
#include "support/fleet_views.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::kHigh;
using test::kLow;
using test::of;
using test::two_pools;

std::size_t route(Choice<Router>& router, ClassId id, const FleetView& fleet) {
  return router.value->route(of(id), fleet).value().index();
}

TEST(RoundRobin, TakesTheInstancesOfAPoolInTurn) {
  auto router = test::chosen(builtin_routers(), "round_robin", {});
  const FleetView fleet = two_pools();
  std::vector<std::size_t> chosen;
  for (int i = 0; i < 7; ++i) chosen.push_back(route(router, kHigh, fleet));
  EXPECT_EQ(chosen, (std::vector<std::size_t>{2, 3, 4, 2, 3, 4, 2}));
}

TEST(RoundRobin, KeepsATurnForEachPool) {
  auto router = test::chosen(builtin_routers(), "round_robin", {});
  const FleetView fleet = two_pools();
  EXPECT_EQ(route(router, kHigh, fleet), 2U);
  EXPECT_EQ(route(router, kLow, fleet), 0U);
  EXPECT_EQ(route(router, kHigh, fleet), 3U);
  EXPECT_EQ(route(router, kLow, fleet), 1U);
}

TEST(LeastOutstanding, TakesTheInstanceWithTheFewestRequestsOfThePool) {
  auto router = test::chosen(builtin_routers(), "least_outstanding", {});
  FleetView fleet = two_pools();
  fleet.update(InstanceId(0), {5, 10});
  fleet.update(InstanceId(1), {6, 0});
  fleet.update(InstanceId(2), {2, 1});
  fleet.update(InstanceId(3), {1, 9000});
  fleet.update(InstanceId(4), {3, 0});
  EXPECT_EQ(route(router, kHigh, fleet), 3U);
  EXPECT_EQ(route(router, kLow, fleet), 0U);
}

TEST(LeastOutstanding, TakesTheFirstAmongEquals) {
  auto router = test::chosen(builtin_routers(), "least_outstanding", {});
  FleetView fleet = two_pools();
  fleet.update(InstanceId(2), {1, 0});
  EXPECT_EQ(route(router, kHigh, fleet), 3U);
}

TEST(JoinShortestQueue, TakesTheInstanceWithTheFewestPromptTokens) {
  auto router = test::chosen(builtin_routers(), "join_shortest_queue", {});
  FleetView fleet = two_pools();
  fleet.update(InstanceId(2), {1, 4000});
  fleet.update(InstanceId(3), {9, 3999});
  fleet.update(InstanceId(4), {1, 4001});
  EXPECT_EQ(route(router, kHigh, fleet), 3U);
}

TEST(JoinShortestQueue, TakesTheFewestRequestsAmongEqualQueues) {
  auto router = test::chosen(builtin_routers(), "join_shortest_queue", {});
  FleetView fleet = two_pools();
  fleet.update(InstanceId(2), {3, 0});
  fleet.update(InstanceId(3), {2, 0});
  fleet.update(InstanceId(4), {2, 0});
  EXPECT_EQ(route(router, kHigh, fleet), 3U);
}

TEST(Routers, ServeAllClassesFromOnePool) {
  FleetView fleet;
  test::add_pool(fleet, "all", {kLow, kHigh}, 1);
  for (const auto& entry : builtin_routers()) {
    const auto router = entry.make();
    for (const ClassId id : {kLow, kHigh}) EXPECT_EQ(router->route(of(id), fleet), InstanceId(0)) << entry.kind;
  }
}

TEST(Routers, ChooseNoneWhereNoneIsOpen) {
  for (const auto& entry : builtin_routers()) {
    FleetView fleet = two_pools();
    const auto router = entry.make();
    fleet.set_status(InstanceId(0), Status::draining);
    EXPECT_EQ(router->route(of(kLow), fleet), InstanceId(1)) << entry.kind;
    fleet.set_weight(InstanceId(1), 0);
    EXPECT_EQ(router->route(of(kLow), fleet), std::nullopt) << entry.kind;
    EXPECT_EQ(router->route(of(ClassId(7)), fleet), std::nullopt) << entry.kind;
  }
}

TEST(RoundRobin, GoesOnWhereAnInstanceIsGone) {
  auto router = test::chosen(builtin_routers(), "round_robin", {});
  FleetView fleet = two_pools();
  EXPECT_EQ(route(router, kHigh, fleet), 2U);
  EXPECT_EQ(route(router, kHigh, fleet), 3U);
  fleet.set_status(InstanceId(4), Status::gone);
  EXPECT_EQ(route(router, kHigh, fleet), 2U);
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <optional>

#include "headroom/fleet.hpp"
#include "policy/builtin.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

/// Two instances for low priority (0, 1), three for high (2, 3, 4).
FleetView two_pools() {
  FleetView fleet;
  fleet.add_pool("low", {Priority::low}, 2);
  fleet.add_pool("high", {Priority::high}, 3);
  return fleet;
}

Request of(Priority priority) {
  Request request;
  request.priority = priority;
  return request;
}

std::size_t route(Choice<Router>& router, Priority priority, const FleetView& fleet) {
  return router.value->route(of(priority), fleet).value().index();
}

TEST(RoundRobin, TakesTheInstancesOfAPoolInTurn) {
  auto router = test::chosen(builtin_routers(), "round_robin", {});
  const FleetView fleet = two_pools();
  std::vector<std::size_t> chosen;
  for (int i = 0; i < 7; ++i) chosen.push_back(route(router, Priority::high, fleet));
  EXPECT_EQ(chosen, (std::vector<std::size_t>{2, 3, 4, 2, 3, 4, 2}));
}

TEST(RoundRobin, KeepsATurnForEachPool) {
  auto router = test::chosen(builtin_routers(), "round_robin", {});
  const FleetView fleet = two_pools();
  EXPECT_EQ(route(router, Priority::high, fleet), 2U);
  EXPECT_EQ(route(router, Priority::low, fleet), 0U);
  EXPECT_EQ(route(router, Priority::high, fleet), 3U);
  EXPECT_EQ(route(router, Priority::low, fleet), 1U);
}

TEST(LeastOutstanding, TakesTheInstanceWithTheFewestRequestsOfThePool) {
  auto router = test::chosen(builtin_routers(), "least_outstanding", {});
  FleetView fleet = two_pools();
  fleet.update(InstanceId(0), {5, 10});
  fleet.update(InstanceId(1), {6, 0});
  fleet.update(InstanceId(2), {2, 1});
  fleet.update(InstanceId(3), {1, 9000});
  fleet.update(InstanceId(4), {3, 0});
  EXPECT_EQ(route(router, Priority::high, fleet), 3U);
  EXPECT_EQ(route(router, Priority::low, fleet), 0U);
}

TEST(LeastOutstanding, TakesTheFirstAmongEquals) {
  auto router = test::chosen(builtin_routers(), "least_outstanding", {});
  FleetView fleet = two_pools();
  fleet.update(InstanceId(2), {1, 0});
  EXPECT_EQ(route(router, Priority::high, fleet), 3U);
}

TEST(JoinShortestQueue, TakesTheInstanceWithTheFewestPromptTokens) {
  auto router = test::chosen(builtin_routers(), "join_shortest_queue", {});
  FleetView fleet = two_pools();
  fleet.update(InstanceId(2), {1, 4000});
  fleet.update(InstanceId(3), {9, 3999});
  fleet.update(InstanceId(4), {1, 4001});
  EXPECT_EQ(route(router, Priority::high, fleet), 3U);
}

TEST(JoinShortestQueue, TakesTheFewestRequestsAmongEqualQueues) {
  auto router = test::chosen(builtin_routers(), "join_shortest_queue", {});
  FleetView fleet = two_pools();
  fleet.update(InstanceId(2), {3, 0});
  fleet.update(InstanceId(3), {2, 0});
  fleet.update(InstanceId(4), {2, 0});
  EXPECT_EQ(route(router, Priority::high, fleet), 3U);
}

TEST(Routers, ServeBothPrioritiesFromOnePool) {
  FleetView fleet;
  fleet.add_pool("all", {Priority::low, Priority::high}, 1);
  for (const auto& entry : builtin_routers()) {
    const auto router = entry.make();
    for (const Priority priority : {Priority::low, Priority::high})
      EXPECT_EQ(router->route(of(priority), fleet), InstanceId(0)) << entry.kind;
  }
}

}  // namespace
}  // namespace headroom

#include "scenario/fleet_plan.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "support/small_scenario.hpp"

namespace headroom {
namespace {

TEST(FleetPlan, LetsPoolsTakeTurnsByTheirFractions) {
  Scenario scenario = test::small_scenario(5);
  scenario.serving->pools = {PoolConfig{"low", {Priority::low}, 0.4}, PoolConfig{"high", {Priority::high}, 0.6}};
  const FleetPlan plan = plan_fleet(scenario);
  // Behind after n servers: low 0.4 n less those it has, high 0.6 n less those it has.
  EXPECT_EQ(plan.pool_of_server, (std::vector<std::size_t>{1, 0, 1, 0, 1}));
  EXPECT_EQ(plan.pools[0].servers, 2U);
  EXPECT_EQ(plan.pools[1].servers, 3U);
  EXPECT_EQ(plan.priority_of(0), Priority::high);
  EXPECT_EQ(plan.priority_of(1), Priority::low);
  EXPECT_EQ(plan.servers_for_jobs, 0U);
}

TEST(FleetPlan, HasOnePoolForEverythingWhereNoneIsNamed) {
  const FleetPlan plan = plan_fleet(test::small_scenario(3));
  ASSERT_EQ(plan.pools.size(), 1U);
  EXPECT_EQ(plan.pools[0].servers, 3U);
  EXPECT_TRUE(plan.pools[0].does_serve(Priority::low));
  EXPECT_EQ(plan.priority_of(2), Priority::high);
  EXPECT_EQ(plan.instances_per_server, 1U);
}

TEST(FleetPlan, LeavesJobsTheLastServers) {
  Scenario scenario = test::small_scenario(6);
  scenario.workload.jobs.emplace_back().gpus = 2;
  const FleetPlan plan = plan_fleet(scenario);
  EXPECT_EQ(plan.serving_servers(), 4U);
  EXPECT_EQ(plan.servers_for_jobs, 2U);
}

}  // namespace
}  // namespace headroom

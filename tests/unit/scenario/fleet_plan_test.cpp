#include "scenario/fleet_plan.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "support/small_scenario.hpp"

namespace headroom {
namespace {

TEST(FleetPlan, LetsPoolsTakeTurnsByTheirFractions) {
  Scenario scenario = test::small_scenario(5);
  scenario.serving->pools = {PoolConfig{"low", {"low"}, 0.4, ""}, PoolConfig{"high", {"high"}, 0.6, ""}};
  const FleetPlan plan = plan_fleet(scenario);
  // Behind after n servers: low 0.4 n less those it has, high 0.6 n less those it has.
  EXPECT_EQ(plan.pool_of_server, (std::vector<std::size_t>{1, 0, 1, 0, 1}));
  EXPECT_EQ(plan.pools[0].servers, 2U);
  EXPECT_EQ(plan.pools[1].servers, 3U);
  EXPECT_FALSE(plan.pools[0].serves_high());
  EXPECT_TRUE(plan.pools[1].serves_high());
  EXPECT_TRUE(plan.job_servers.empty());
}

TEST(FleetPlan, HasOnePoolForEverythingWhereNoneIsNamed) {
  const FleetPlan plan = plan_fleet(test::small_scenario(3));
  ASSERT_EQ(plan.pools.size(), 1U);
  EXPECT_EQ(plan.pools[0].servers, 3U);
  EXPECT_TRUE(plan.pools[0].serves_high());
  EXPECT_EQ(plan.pools[0].instances, 3U);
}

TEST(FleetPlan, LeavesJobsTheLastServers) {
  Scenario scenario = test::small_scenario(6);
  scenario.workload.jobs.emplace_back().gpus = 2;
  const FleetPlan plan = plan_fleet(scenario);
  EXPECT_EQ(plan.serving_servers(), 4U);
  EXPECT_EQ(plan.job_servers, (std::vector{ServerId(4), ServerId(5)}));
}

TEST(FleetPlan, GivesServicesTheServersOfTheirNodes) {
  Scenario scenario = test::small_scenario(6);
  scenario.site.levels.front().holds = 2;  // row0, row1, row2
  scenario.services["chat"] = *scenario.serving;
  scenario.services["chat"].nodes = {"row1"};
  scenario.services["code"] = *scenario.serving;
  scenario.services["code"].servers = 3;
  scenario.serving.reset();
  ServerTypeConfig& type = scenario.server_types["other"];
  type.hardware = scenario.hardware;
  type.nodes = {"row2/server1"};
  const FleetPlan plan = plan_fleet(scenario);
  EXPECT_EQ(plan.pool_of_server, (std::vector<std::size_t>{1, 1, 0, 0, 1, FleetPlan::kNone}));
  EXPECT_EQ(plan.pools[1].name, "code/all");
  EXPECT_EQ(plan.type_of_server[5], TypeId(1));
  EXPECT_TRUE(plan.job_servers.empty());  // the server that is left is of another type
}

TEST(FleetPlan, FollowsItsPlacement) {
  Scenario scenario = test::small_scenario(4);
  scenario.serving->pools = {PoolConfig{"low", {"low"}, 0.5, ""}, PoolConfig{"high", {"high"}, 0.5, ""}};
  scenario.policy.placement = test::chosen(builtin_placements(), "first_fit", {});
  EXPECT_EQ(plan_fleet(scenario).pool_of_server, (std::vector<std::size_t>{0, 0, 1, 1}));
}

/// A placement that names a pool there is none of.
class OutOfPools final : public Placement {
 public:
  std::size_t pool_of(const OpenServer&, std::span<const PoolShare> pools) override { return pools.size(); }
};

TEST(FleetPlan, RefusesAPoolThatIsNone) {
  Scenario scenario = test::small_scenario(4);
  scenario.policy.placement = test::recipe<Placement>("out_of_pools", std::make_unique<OutOfPools>());
  EXPECT_THROW((void)plan_fleet(scenario), PolicyError);
}

}  // namespace
}  // namespace headroom

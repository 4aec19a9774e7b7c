#include "headroom/recipe.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "headroom/deployment_planner.hpp"
#include "policy/builtin.hpp"
#include "support/fleet_views.hpp"
#include "support/policy_views.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

/// Three instances in one pool, of which each router is asked some times.
std::vector<std::optional<Route>> routes(Router& router, int times) {
  FleetView fleet;
  test::add_pool(fleet, "all", {ClassId(0)}, 3);
  std::vector<std::optional<Route>> chosen;
  for (int i = 0; i < times; ++i) chosen.push_back(router.route(Request{}, fleet));
  return chosen;
}

/// A row whose power goes up and down.
/// Hours for which nothing is planned.
class NoPlans final : public DeploymentPlanner {
 public:
  [[nodiscard]] Seconds epoch() const override { return Seconds(3600); }
  [[nodiscard]] bool knows_load() const override { return true; }
  [[nodiscard]] double forecast_weight() const override { return 0.5; }
  [[nodiscard]] double peak(ClassId, std::size_t) const override { return 0; }
  [[nodiscard]] PlannedDeployment plan(Deployment, std::span<const double>) const override { return {}; }
};

std::size_t actions_of(Controller& controller, int times) {
  test::HandmadeView view;
  const test::NakedServers catalogue;
  const NoPlans plans;
  view.world.catalogue = &catalogue;
  view.world.planner = &plans;
  view.world.clocks.push_back({Hertz(1110e6), Hertz(1410e6)});
  for (std::size_t i = 0; i < 4; ++i) view.fleet.add_server(TypeId(0), 8);
  NodeTelemetry row;
  row.name = "row0";
  row.budget = Power(1000);
  row.delivered = true;
  for (std::size_t i = 0; i < 4; ++i)
    row.servers.push_back({ServerId(i), i < 2 ? Priority::low : Priority::high, Hertz(1410e6)});
  view.site.nodes.push_back(row);
  std::size_t count = 0;
  for (int i = 0; i < times; ++i) {
    view.site.nodes[0].taken_at = Seconds(2.0 * i);
    view.site.nodes[0].power = Power(i % 3 == 0 ? 700 : 1010);
    Actions actions;
    controller.control(view.at(Seconds(2.0 * i)), actions);
    count += actions.decisions().size();
  }
  return count;
}

/// What the first policy of a recipe went through shows in no other one.
TEST(Recipe, MakesFreshRouters) {
  for (const auto& entry : builtin_routers()) {
    if (test::asks_its_world(entry)) continue;
    const Recipe<Router> recipe = test::chosen(builtin_routers(), entry.kind, {});
    const auto first = recipe.make(), second = recipe.make();
    const auto before = routes(*first, 2);
    EXPECT_EQ(routes(*second, 2), before) << entry.kind;
    EXPECT_EQ(routes(*entry.make(), 2), before) << entry.kind;
  }
}

TEST(Recipe, MakesFreshControllers) {
  for (const auto& entry : builtin_controllers()) {
    const Recipe<Controller> recipe = test::chosen(builtin_controllers(), entry.kind, {});
    const auto first = recipe.make(), second = recipe.make();
    const std::size_t before = actions_of(*first, 20);
    EXPECT_EQ(actions_of(*second, 20), before) << entry.kind;
    EXPECT_EQ(actions_of(*entry.make(), 20), before) << entry.kind;
  }
}

TEST(Recipe, KeepsTheParameters) {
  const Recipe<BatchScheduler> recipe =
      test::chosen(builtin_batch_schedulers(), "continuous", {{"max_batch_sequences", 3}});
  std::vector<Sequence> waiting(5);
  for (Sequence& sequence : waiting) sequence.prompt_tokens = 10;
  InstanceView view;
  view.waiting = waiting;
  view.kv_capacity_tokens = 1000;
  for (int i = 0; i < 2; ++i) {
    StepPlan plan;
    recipe.make()->plan(view, plan);
    EXPECT_EQ(plan.admissions.size(), 3U);
  }
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "policy/builtin.hpp"
#include "support/policy_views.hpp"

namespace headroom {
namespace {

/// As many instances of the only pool as requests a second, all of which go there. Epochs of an hour ask for 1, 3,
/// 2, 2.
class HourlyPlans final : public DeploymentPlanner {
 public:
  bool knows = true;
  Seconds epoch() const override { return Seconds(3600); }
  bool knows_load() const override { return knows; }
  double forecast_weight() const override { return 0.5; }
  double peak(ClassId, std::size_t epoch) const override { return epoch == 0 ? 1 : epoch == 1 ? 3 : 2; }
  PlannedDeployment plan(Deployment, std::span<const double> requests_per_s) const override {
    PlannedDeployment plan{{{PoolId(0), VariantId(0), static_cast<std::uint32_t>(std::ceil(requests_per_s[0]))}}, {}};
    plan.parts.push_back({{PoolId(0), 1.0}});
    return plan;
  }
};

/// Servers of two GPUs, an instance of two sequences on each GPU; starts take 20 minutes.
struct PlannedFleet : testing::Test {
  PlannedFleet() {
    view.world.classes.push_back({"video", Priority::high, {}, {}});
    view.world.variants.push_back({.name = "", .service = ServiceId(0), .server_type = TypeId(0), .most_sequences = 2});
    view.world.variants[0].start = Seconds(1200);
    view.world.services.push_back({"workflows", {PoolId(0)}, {ServerId(0), ServerId(1)}});
    view.world.planner = &plans;
    view.fleet.add_server(TypeId(0), 2);
    view.fleet.add_server(TypeId(0), 2);
    view.fleet.serve(ClassId(0), view.fleet.add_pool("workflows/all"));
  }
  void stands(std::size_t server, std::uint16_t gpu, std::uint32_t requests, Status status = Status::up) {
    InstanceState state;
    state.server = ServerId(server);
    state.status = status;
    state.load.outstanding = requests;
    view.fleet.server(ServerId(server)).slices.push_back({gpu, 1, view.fleet.add_instance(state)});
  }
  void asked(double at_s, std::uint32_t requests) {
    Request request;
    request.arrival = Seconds(at_s);
    request.input_tokens = 1;
    for (std::uint32_t i = 0; i < requests; ++i) view.demand.arrived(ClassId(0), request, request.arrival);
  }
  Actions first() {
    Actions actions;
    controller.value->begin(view.at(Seconds(0)), actions);
    return actions;
  }
  /// Instances on both servers after its decision.
  std::size_t at(double now_s) {
    Actions actions;
    controller.value->control(view.at(Seconds(now_s)), actions);
    std::map<ServerId, std::size_t> left;
    for (std::size_t s = 0; s < 2; ++s) left[ServerId(s)] = view.fleet.server(ServerId(s)).slices.size();
    for (const auto& decision : actions.decisions())
      if (const auto* deploy = std::get_if<Deploy>(&decision.action)) left[deploy->servers[0]] = deploy->members.size();
    return left[ServerId(0)] + left[ServerId(1)];
  }
  test::HandmadeView view;
  HourlyPlans plans;
  Choice<Controller> controller = test::chosen(builtin_controllers(), "milp_fleet", {{"shrink_after_s", 600}});
};

TEST_F(PlannedFleet, StandsAsTheFirstEpochWantsBeforeTimeBegins) {
  const Actions actions = first();
  ASSERT_EQ(actions.decisions().size(), 2U);
  EXPECT_EQ(std::get<Deploy>(actions.decisions()[0].action).members.size(), 1U);
  EXPECT_EQ(std::get<Share>(actions.decisions()[1].action).fraction, 1.0);
}

TEST_F(PlannedFleet, StartsTwentyMinutesAheadOfAnEpoch) {
  first();
  stands(0, 0, 1);
  EXPECT_EQ(at(2340), 1U);
  EXPECT_EQ(at(2400), 3U);
}

TEST_F(PlannedFleet, GivesUpWhatTheNextEpochDoesNotNeed) {
  first();
  stands(0, 0, 1);
  stands(0, 1, 1);
  stands(1, 0, 1);
  at(3600);
  EXPECT_EQ(at(6000), 3U);
  EXPECT_EQ(at(7200), 2U);
}

TEST_F(PlannedFleet, ExpectsTheWeightedMeanWhereItDoesNotKnow) {
  plans.knows = false;
  first();
  stands(0, 0, 1);
  asked(2330, 60 * 3);
  at(2340);
  EXPECT_EQ(at(2400), 2U);  // 0.5 x 3 + 0.5 x 1
}

TEST_F(PlannedFleet, PlansAsAnEpochBeginsWhereAStartTakesNoTime) {
  plans.knows = false;
  view.world.variants[0].start = Seconds();
  first();
  stands(0, 0, 1);
  asked(3550, 60 * 3);
  EXPECT_EQ(at(3600), 2U);
}

TEST_F(PlannedFleet, AddsAnInstanceWhereAPoolIsFull) {
  first();
  stands(0, 0, 2);
  EXPECT_EQ(at(60), 2U);
}

TEST_F(PlannedFleet, StopsNoneWhileOthersStart) {
  first();
  stands(0, 0, 1);
  stands(1, 0, 0, Status::starting);
  EXPECT_EQ(at(60), 2U);
}

TEST_F(PlannedFleet, PlansAnewWhereFiveMinutesAreFarFromThePlan) {
  first();
  stands(0, 0, 1);
  for (double t = 5; t < 300; t += 10) asked(t, 20);
  EXPECT_EQ(at(300), 2U);
}

}  // namespace
}  // namespace headroom

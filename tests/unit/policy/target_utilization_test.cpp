#include <gtest/gtest.h>

#include <map>
#include <span>
#include <string>

#include "policy/builtin.hpp"
#include "support/policy_views.hpp"

namespace headroom {
namespace {

/// Foresees one load, within its lead.
struct OneLoad : Foresight {
  double peak_tokens_per_s = 0;
  ClassId class_of(const Request& request) const override { return request.request_class; }
  Seconds lead() const override { return Seconds(600); }
  std::optional<ForeseenLoad> load(std::span<const ClassId>, Seconds, Seconds) override {
    return ForeseenLoad{0, 0, peak_tokens_per_s};
  }
};

/// One instance of one GPU with four requests in flight, on a server of eight; 10 tokens a second arrived in the last
/// minute.
struct Autoscaled : testing::Test {
  Autoscaled() {
    view.world.classes.push_back({"low", Priority::low, {}, {}});
    view.world.variants.push_back({.name = "", .service = ServiceId(0), .server_type = TypeId(0)});
    view.world.services.push_back({"", {PoolId(0)}, {ServerId(0)}});
    view.fleet.add_server(TypeId(0), 8);
    const PoolId pool = view.fleet.add_pool("all");
    view.fleet.serve(ClassId(0), pool);
    InstanceState state;
    state.load.outstanding = 4;
    view.fleet.server(ServerId(0)).slices.push_back({0, 1, view.fleet.add_instance(state)});
    Request request;
    request.arrival = Seconds(90);
    request.input_tokens = 600;
    view.demand.arrived(request.seen_class(), request, request.arrival);
  }
  /// How many instances it deploys beside the one that stands.
  std::size_t added_with(const std::map<std::string, double>& values) {
    auto controller = test::chosen(builtin_controllers(), "target_utilization", values);
    Actions actions;
    controller.value->control(view.at(Seconds(120)), actions);
    if (actions.decisions().empty()) return 0;
    return std::get<Deploy>(actions.decisions()[0].action).members.size() - 1;
  }
  test::HandmadeView view;
  OneLoad foresight;
};

TEST_F(Autoscaled, HasAsManyInstancesAsWhatIsInFlightWants) {
  EXPECT_EQ(added_with({{"target_requests", 4}}), 0U);
  EXPECT_EQ(added_with({{"target_requests", 2}}), 1U);
}

TEST_F(Autoscaled, LooksAheadWhereItIsTold) {
  view.world.foresight = &foresight;
  foresight.peak_tokens_per_s = 25;
  EXPECT_EQ(added_with({{"target_requests", 4}}), 0U);
  EXPECT_EQ(added_with({{"target_requests", 4}, {"ahead_s", 300}}), 2U);
  foresight.peak_tokens_per_s = 5;  // a fall adds nothing, and takes nothing away
  EXPECT_EQ(added_with({{"target_requests", 2}, {"ahead_s", 300}}), 1U);
}

}  // namespace
}  // namespace headroom

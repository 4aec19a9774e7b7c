#include <gtest/gtest.h>

#include <map>
#include <string>

#include "policy/builtin.hpp"
#include "support/policy_views.hpp"

namespace headroom {
namespace {

/// One instance of one GPU on a server of eight, that takes 8000 tokens a second.
struct TokenAutoscaled : testing::Test {
  TokenAutoscaled() {
    view.world.classes.push_back({"low", Priority::low, {}, {}});
    view.world.variants.push_back({.name = "", .service = ServiceId(0), .server_type = TypeId(0)});
    view.world.services.push_back({"", {PoolId(0)}, {ServerId(0)}});
    view.fleet.add_server(TypeId(0), 8);
    const PoolId pool = view.fleet.add_pool("all");
    view.fleet.serve(ClassId(0), pool);
    add_instance();
  }
  void add_instance() {
    auto& slices = view.fleet.server(ServerId(0)).slices;
    slices.push_back({static_cast<std::uint16_t>(slices.size()), 1, view.fleet.add_instance(InstanceState())});
  }
  /// So many tokens a second arrive in the period of 300 s that ends then.
  void asked(double end_s, std::uint32_t tokens_per_s, std::uint32_t of_images = 0) {
    Request request;
    request.arrival = Seconds(end_s - 10);
    request.input_tokens = 300 * tokens_per_s;
    request.image_tokens = 300 * of_images;
    view.demand.arrived(request.seen_class(), request, request.arrival);
  }
  /// How many instances its decision leaves.
  std::size_t at(double now_s) {
    Actions actions;
    controller.value->control(view.at(Seconds(now_s)), actions);
    if (actions.decisions().empty()) return view.fleet.members(PoolId(0)).size();
    return std::get<Deploy>(actions.decisions()[0].action).members.size();
  }
  test::HandmadeView view;
  Choice<Controller> controller = test::chosen(builtin_controllers(), "token_autoscale", {{"tokens_per_s", 8000}});
};

TEST_F(TokenAutoscaled, HasAsManyInstancesAsItsTokensNeed) {
  asked(300, 24000);
  EXPECT_EQ(at(300), 3U);
}

TEST_F(TokenAutoscaled, RoundsUp) {
  asked(300, 24001);
  EXPECT_EQ(at(300), 4U);
}

TEST_F(TokenAutoscaled, KeepsTheLeastWhereNothingCame) {
  EXPECT_EQ(at(300), 1U);
}

TEST_F(TokenAutoscaled, CountsTextAloneWhereToldSo) {
  asked(300, 24000, 16000);
  controller = test::chosen(builtin_controllers(), "token_autoscale", {{"tokens_per_s", 8000}, {"counts", 1}});
  EXPECT_EQ(at(300), 1U);
}

TEST_F(TokenAutoscaled, TakesOneAwayWhenTwoPeriodsNeedFewer) {
  add_instance();
  asked(300, 16000);
  EXPECT_EQ(at(300), 2U);
  EXPECT_EQ(at(600), 2U) << "the first period without load";
  EXPECT_EQ(at(900), 1U);
}

struct TokenAutoscaledByBacklog : TokenAutoscaled {
  TokenAutoscaledByBacklog() {
    controller = test::chosen(builtin_controllers(), "token_autoscale", {{"tokens_per_s", 8000}, {"backlog_s", 2}});
    asked(360, 4800);  // 24,000 tokens a second in the last minute
  }
  void pending(std::uint64_t tokens, std::uint32_t of_images = 0) {
    view.fleet.update(InstanceId(0), {.pending_tokens = tokens, .pending_image_tokens = of_images});
  }
};

TEST_F(TokenAutoscaledByBacklog, LooksEveryMinute) {
  EXPECT_EQ(controller.value->period(), Seconds(60));
}

TEST_F(TokenAutoscaledByBacklog, AddsWhatTheLastMinuteNeedsWhereTooMuchIsPending) {
  pending(16001);
  EXPECT_EQ(at(360), 3U);
}

TEST_F(TokenAutoscaledByBacklog, AddsNobodyWhereLittleIs) {
  pending(16000);
  EXPECT_EQ(at(360), 1U);
}

TEST_F(TokenAutoscaledByBacklog, CountsPendingTextAloneWhereToldSo) {
  pending(20000, 5000);
  controller =
      test::chosen(builtin_controllers(), "token_autoscale", {{"tokens_per_s", 8000}, {"backlog_s", 2}, {"counts", 1}});
  EXPECT_EQ(at(360), 1U);
}

TEST_F(TokenAutoscaledByBacklog, GoesByThePeriodAtItsEnd) {
  asked(600, 16000);
  EXPECT_EQ(at(600), 3U) << "20,800 tokens a second over 300 s";
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

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
  return router.value->route(of(id), fleet).value().serve.index();
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

TEST(LeastOutstanding, TakesTheNextAmongEqualsIfToldTo) {
  constexpr double kNext = 1;  // of the words of `ties`
  for (const bool kept : {false, true}) {
    auto router = test::chosen(builtin_routers(), "least_outstanding", {{"ties", kNext}});
    FleetView fleet = two_pools();
    if (kept) fleet.keep(Order::outstanding);
    std::vector<std::size_t> chosen;
    for (int i = 0; i < 4; ++i) chosen.push_back(route(router, kHigh, fleet));
    EXPECT_EQ(chosen, (std::vector<std::size_t>{2, 3, 4, 2}));
    fleet.update(InstanceId(3), {1, 0});
    EXPECT_EQ(route(router, kHigh, fleet), 4U) << "3 has more to do";
    EXPECT_EQ(route(router, kLow, fleet), 0U) << "a pool has its own turn";
  }
}

/// Of ModServe (docs/results/modserve.md): 1000 tokens of text on A, 100 of text and 6404 of an image on B.
TEST(FewestTextTokens, LeavesOutTokensOfImages) {
  FleetView fleet = two_pools();
  fleet.update(InstanceId(0), {.outstanding = 1, .pending_tokens = 1000});
  fleet.update(InstanceId(1), {.outstanding = 1, .pending_tokens = 6504, .pending_image_tokens = 6404});
  auto cross_attention = test::chosen(builtin_routers(), "fewest_text_tokens", {});
  auto decoder_only = test::chosen(builtin_routers(), "join_shortest_queue", {});
  EXPECT_EQ(route(cross_attention, kLow, fleet), 1U);
  EXPECT_EQ(route(decoder_only, kLow, fleet), 0U);
}

/// Prefix caches that hold so many tokens of every prompt, by instance.
struct FixedPrefixes : PrefixDirectory {
  std::vector<std::uint32_t> tokens;
  explicit FixedPrefixes(std::vector<std::uint32_t> held) : tokens(std::move(held)) {}
  std::uint32_t cached_tokens(InstanceId id, const Request&) const override { return tokens[id.index()]; }
};

TEST(PrefixAffinity, TakesTheInstanceThatWouldHaveReadThePromptFirst) {
  auto router = test::chosen(builtin_routers(), "prefix_affinity", {});
  FleetView fleet = two_pools();
  const FixedPrefixes prefixes({0, 0, 0, 512, 1024});
  fleet.ask(prefixes);
  Request request = of(kHigh);
  request.input_tokens = 1500;
  const auto chosen = [&] { return router.value->route(request, fleet).value().serve.index(); };
  EXPECT_EQ(chosen(), 4U) << "it has most of the prompt";
  fleet.update(InstanceId(4), {1, 600});
  EXPECT_EQ(chosen(), 3U) << "what is pending there takes longer than what it would save";
  fleet.update(InstanceId(3), {3, 88});
  EXPECT_EQ(chosen(), 4U) << "among equals the one with fewer requests";
  fleet.update(InstanceId(3), {3, 5000});
  fleet.update(InstanceId(4), {3, 5000});
  EXPECT_EQ(chosen(), 2U);
  fleet.set_weight(InstanceId(2), 0.25);
  EXPECT_EQ(chosen(), 4U) << "a controller wants less sent to the one";
}

TEST(PrefixAffinity, CountsPromptTokensWhereNothingIsCached) {
  auto router = test::chosen(builtin_routers(), "prefix_affinity", {});
  FleetView fleet = two_pools();
  fleet.update(InstanceId(2), {1, 10});
  fleet.update(InstanceId(3), {5, 5});
  fleet.update(InstanceId(4), {1, 10});
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
    if (router->hands_over() || test::asks_its_world(entry)) continue;  // has pools of its own
    for (const ClassId id : {kLow, kHigh}) EXPECT_EQ(router->route(of(id), fleet), Route(InstanceId(0))) << entry.kind;
  }
}

TEST(Routers, ChooseNoneWhereNoneIsOpen) {
  for (const auto& entry : builtin_routers()) {
    FleetView fleet = two_pools();
    const auto router = entry.make();
    if (router->hands_over() || test::asks_its_world(entry)) continue;
    fleet.set_status(InstanceId(0), Status::draining);
    EXPECT_EQ(router->route(of(kLow), fleet), Route(InstanceId(1))) << entry.kind;
    fleet.set_weight(InstanceId(1), 0);
    EXPECT_EQ(router->route(of(kLow), fleet), std::nullopt) << entry.kind;
    EXPECT_EQ(router->route(of(ClassId(7)), fleet), std::nullopt) << entry.kind;
  }
}

TEST(MixedPool, NamesOneForThePromptAndOneForTheAnswer) {
  auto router = test::chosen(builtin_routers(), "mixed_pool", {{"max_pending_tokens", 100}});
  FleetView fleet;
  test::add_pool(fleet, "prompt", {kLow}, 2);
  test::add_pool(fleet, "token", {}, 2);
  Request request = of(kLow);
  request.input_tokens = 60;
  request.output_tokens = 10;
  EXPECT_EQ(router.value->route(request, fleet), Route(InstanceId(0), InstanceId(2)));
  fleet.update(InstanceId(0), {.pending_tokens = 50});
  fleet.update(InstanceId(2), {.promised_tokens = 70});
  EXPECT_EQ(router.value->route(request, fleet), Route(InstanceId(1), InstanceId(3)));
  // Both have too much waiting: the token instance with the least to do reads the prompt, too, until it has run dry.
  fleet.update(InstanceId(0), {.pending_tokens = 50, .has_backlog = true});
  fleet.update(InstanceId(1), {.pending_tokens = 60, .has_backlog = true});
  fleet.update(InstanceId(2), {.promised_tokens = 70, .answers = 1});
  EXPECT_EQ(router.value->route(request, fleet), Route(InstanceId(3)));
  fleet.update(InstanceId(3), {.pending_tokens = 20, .promised_tokens = 70, .answers = 1});
  EXPECT_EQ(router.value->route(request, fleet), Route(InstanceId(3), InstanceId(2)));  // first of the mixed list
  fleet.update(InstanceId(3), {});
  router.value->idled(InstanceId(3));
  // It had gone back, so that nobody takes the prompt at once, and the least busy token instance becomes mixed anew.
  EXPECT_EQ(router.value->route(request, fleet), Route(InstanceId(3)));
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

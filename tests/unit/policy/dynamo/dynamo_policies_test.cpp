// DynamoLLM's controllers and router on a view made by hand: two pools, `short` before `long`, on servers of eight
// GPUs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "headroom/recipe.hpp"
#include "policy/builtin.hpp"
#include "support/policy_views.hpp"

namespace headroom {
namespace {

using testing::ElementsAre;

constexpr PoolId kShort(0), kLong(1);
constexpr Hertz kLow(1e9), kHigh(2e9);

/// An instance carries 1000 tokens/s of the short pool or 2000 of the long one, half of it at the low clock; it draws
/// 100 W and 0.1 J a token, at the low clock 80 W and 0.08 J.
struct PlainProfile final : Profile {
  std::vector<Hertz> both{kLow, kHigh};
  std::map<std::pair<std::size_t, double>, std::vector<LoadPoint>> curves;
  PlainProfile() {
    for (const PoolId pool : {kShort, kLong})
      for (const Hertz clock : both) {
        const double largest = largest_load({}, pool, clock), scale = clock == kLow ? 0.8 : 1.0;
        curves[{pool.index(), clock.value()}] = {{0, 100 * scale}, {largest, (100 + 0.1 * largest) * scale}};
      }
  }
  std::span<const Hertz> clocks(VariantId) const override { return both; }
  double largest_load(VariantId, PoolId pool, Hertz clock) const override {
    return (pool == kShort ? 1000 : 2000) * (clock == kLow ? 0.5 : 1.0);
  }
  std::span<const LoadPoint> power_curve(VariantId, PoolId pool, Hertz clock) const override {
    return curves.at({pool.index(), clock.value()});
  }
  Seconds ttft_p99(VariantId, PoolId, Hertz, double) const override { return {}; }
  Seconds tbt_p99(VariantId, PoolId, Hertz, double) const override { return {}; }
  double mean_input_tokens(PoolId) const override { return 100; }
};

/// Foresees these peaks, by class.
struct Peaks final : Foresight {
  std::vector<double> of;
  ClassId class_of(const Request& request) const override { return request.request_class; }
  Seconds lead() const override { return Seconds(3600); }
  std::optional<ForeseenLoad> load(std::span<const ClassId> ids, Seconds, Seconds) override {
    ForeseenLoad sum;
    for (const ClassId id : ids) sum.peak_tokens_per_s += of[id.index()];
    return sum;
  }
};

/// Reads 10,000 prompt tokens a second.
struct QuickReader final : test::NakedServers {
  Estimate estimate(VariantId, const Load& load, Hertz) const override {
    return {.sustained = true, .ttft = Seconds(load.input_tokens / 1e4)};
  }
};

struct Dynamo : testing::Test {
  explicit Dynamo(std::size_t servers = 4) {
    view.world.profile = &profile;
    view.world.foresight = &peaks;
    view.world.catalogue = &catalogue;
    view.world.classes = {{"short", Priority::low, Seconds(0.25), Seconds(0.1)},
                          {"long", Priority::low, Seconds(2), Seconds(0.1)}};
    view.world.variants.push_back({.name = "", .service = ServiceId(0), .server_type = TypeId(0), .gpus = 8});
    Service service{"", {kShort, kLong}, {}};
    for (std::size_t i = 0; i < servers; ++i) {
      view.fleet.add_server(TypeId(0), 8);
      service.servers.emplace_back(i);
    }
    view.world.services.push_back(service);
    view.fleet.add_pool("short");
    view.fleet.add_pool("long");
    view.fleet.serve(ClassId(0), kShort);
    view.fleet.serve(ClassId(1), kLong);
    view.fleet.follow_arrivals();
  }

  InstanceId stand(ServerId server, PoolId pool) {
    InstanceState state;
    state.pool = pool;
    state.server = server;
    state.clock = kHigh;
    const InstanceId id = view.fleet.add_instance(state);
    view.fleet.server(server).pool = pool;
    view.fleet.server(server).slices = {{0, 8, id}};
    return id;
  }
  /// So many tokens a second over the last half minute.
  void load(InstanceId id, std::uint32_t tokens_per_s, double until_s = 100) {
    for (int second = 0; second < 30; ++second) {
      Request request;
      request.input_tokens = tokens_per_s;
      view.fleet.sent(id, request, Seconds(until_s - 30 + second + 0.5));
    }
  }

  /// What a controller wants, as words.
  std::vector<std::string> said(const Actions& actions) const {
    std::vector<std::string> words;
    for (const auto& [action, cause] : actions.decisions()) {
      if (const auto* allot = std::get_if<Allot>(&action))
        words.push_back(std::to_string(allot->server.index()) + (allot->pool ? " to " + name(*allot->pool) : " free"));
      if (const auto* deploy = std::get_if<Deploy>(&action))
        words.push_back(std::to_string(deploy->servers.front().index()) + " holds " +
                        std::to_string(deploy->members.size()));
      if (const auto* share = std::get_if<Share>(&action))
        words.push_back(view.world.classes[share->requests.index()].name + " " + std::to_string(share->fraction) +
                        " to " + name(share->pool));
      if (const auto* set = std::get_if<SetClock>(&action))
        words.push_back(std::to_string(set->instance.index()) + (set->clock == kLow ? " low" : " high"));
    }
    return words;
  }
  std::string name(PoolId pool) const { return view.fleet.name(pool); }

  PlainProfile profile;
  Peaks peaks;
  QuickReader catalogue;
  test::HandmadeView view;
};

std::unique_ptr<Controller> controller(const std::string& kind, const std::map<std::string, double>& parameters = {}) {
  return Recipe<Controller>(test::chosen(builtin_controllers(), kind, parameters)).make();
}

TEST_F(Dynamo, ClusterRoundsDownAndPassesTheRestOn) {
  peaks.of = {1500, 3600};  // one server and 500 more for the next, which needs 2.05 of its own: three
  Actions actions;
  controller("dynamo_cluster")->begin(view.at(Seconds(0)), actions);
  EXPECT_THAT(said(actions), ElementsAre("0 to short", "0 holds 1", "1 to long", "1 holds 1", "2 to long", "2 holds 1",
                                         "3 to long", "3 holds 1", "short 0.333333 to long"));
}

TEST_F(Dynamo, ClusterGivesUpWhatNoPoolNeeds) {
  peaks.of = {200, 300};
  Actions actions;
  controller("dynamo_cluster")->begin(view.at(Seconds(0)), actions);
  EXPECT_THAT(said(actions), ElementsAre("0 to long", "0 holds 1", "1 holds 0", "1 free", "2 holds 0", "2 free",
                                         "3 holds 0", "3 free", "short 1.000000 to long"));
}

TEST_F(Dynamo, ClusterStartsServersAheadAndGivesThemUpAtTheBeginningOfAPeriod) {
  peaks.of = {0, 1000};
  const auto cluster = controller("dynamo_cluster");
  Actions actions;
  cluster->begin(view.at(Seconds(0)), actions);
  stand(ServerId(0), kLong);
  peaks.of = {0, 3000};
  actions.clear();
  cluster->control(view.at(Seconds(1675)), actions);
  EXPECT_THAT(said(actions), ElementsAre());
  cluster->control(view.at(Seconds(1680)), actions);
  EXPECT_THAT(said(actions), ElementsAre("1 to long", "1 holds 1"));
  stand(ServerId(1), kLong);
  actions.clear();
  cluster->control(view.at(Seconds(1800)), actions);
  peaks.of = {0, 500};
  actions.clear();
  cluster->control(view.at(Seconds(3500)), actions);
  EXPECT_THAT(said(actions), ElementsAre());  // it may need them until the period is over
  cluster->control(view.at(Seconds(3600)), actions);
  EXPECT_THAT(said(actions), ElementsAre("short 1.000000 to long", "1 holds 0", "1 free"));
}

TEST_F(Dynamo, InstanceTakesTheClockOfLeastPowerThatCarriesItsLoad) {
  const InstanceId idle = stand(ServerId(0), kLong), busy = stand(ServerId(1), kLong);
  load(busy, 950);  // with the margin of 1.1 more than the low clock carries
  Actions actions;
  controller("dynamo_instance")->control(view.at(Seconds(100)), actions);
  EXPECT_THAT(said(actions), ElementsAre(std::to_string(idle.index()) + " low"));
}

TEST_F(Dynamo, InstanceThatCannotReadItsBacklogGoesToTheHighestClock) {
  const InstanceId id = stand(ServerId(0), kShort);
  view.fleet.set_clock(id, kLow);
  view.fleet.update(id, {.outstanding = 9, .pending_tokens = 5000, .waiting = 8});
  Actions actions;
  controller("dynamo_instance")->control(view.at(Seconds(100)), actions);
  EXPECT_THAT(said(actions), ElementsAre("0 high"));
  EXPECT_TRUE(std::holds_alternative<Squash>(actions.decisions().front().action));
}

TEST_F(Dynamo, RouterGoesToTheNextPoolWhereItsOwnHasNoRoom) {
  const InstanceId own = stand(ServerId(0), kShort), next = stand(ServerId(1), kLong);
  const auto router = Recipe<Router>(test::chosen(builtin_routers(), "least_energy", {})).make();
  router->begin(view.world);
  Request request;
  request.arrival = Seconds(100);
  request.input_tokens = 100;
  EXPECT_EQ(router->route(request, view.fleet), Route(own));
  view.fleet.update(own, {.outstanding = 2, .pending_tokens = 2450});  // not read in 0.25 s with 100 more
  EXPECT_EQ(router->route(request, view.fleet), Route(next));
  view.fleet.update(own, {});
  load(own, 1000);
  EXPECT_EQ(router->route(request, view.fleet), Route(next));
  load(next, 2000);
  EXPECT_EQ(router->route(request, view.fleet), Route(next));  // nobody has room: the last pool's
}

}  // namespace
}  // namespace headroom

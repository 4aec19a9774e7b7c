// The policies that docs/policies.md shows whole; tests/CMakeLists.txt takes them from there.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "scenario/fleet_plan.hpp"
#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"

namespace headroom {

namespace kinds {
Kind<Router> random_choices();
Kind<BatchScheduler> shortest_prompt();
Kind<Controller> steer_away();
Kind<Placement> whole_racks();
}  // namespace kinds

namespace {

template <class Base>
Choice<Base> documented(const Kind<Base>& kind, std::map<std::string, double> numbers = {}) {
  static std::array<Kind<Base>, 1> list;
  list[0] = kind;
  return test::chosen<Base>(list, kind.kind, std::move(numbers));
}

/// Who served which request, in the order of completion.
struct Completions : RunListener {
  std::vector<std::uint64_t> requests;
  std::vector<std::size_t> instances;
  void completed(const Sequence& sequence, InstanceId instance, Seconds) override {
    requests.push_back(sequence.request.id);
    instances.push_back(instance.index());
  }
  [[nodiscard]] std::ptrdiff_t served_by(std::size_t instance) const { return std::ranges::count(instances, instance); }
};

TEST(DocumentedPolicies, RandomChoicesSpreadRequestsAndLookAtLoads) {
  Scenario s = test::small_scenario(4);
  s.duration = Seconds(1000);
  s.policy.router = documented(kinds::random_choices(), {{"choices", 8}});
  std::vector<Request> requests{test::request(0, 0.0, 10, 7000)};  // keeps its instance busy nearly throughout
  for (std::uint64_t i = 1; i <= 100; ++i) requests.push_back(test::request(i, 5.0 * static_cast<double>(i), 10, 4));
  Completions completions;
  const Report report = test::run(s, std::move(requests), {&completions});
  EXPECT_EQ(report.all.completed, 101U);
  const std::size_t busy = completions.instances.back();
  EXPECT_EQ(completions.requests.back(), 0U);
  for (std::size_t i = 0; i < 4; ++i)
    if (i == busy) EXPECT_LT(completions.served_by(i), 20);
    else EXPECT_GT(completions.served_by(i), 20);
}

TEST(DocumentedPolicies, ShortestPromptGoesFirst) {
  Scenario s = test::small_scenario();
  s.duration = Seconds(100);
  s.policy.batching = documented(kinds::shortest_prompt());
  Completions completions;
  test::run(s,
            {test::request(0, 0.0, 50, 1), test::request(1, 0.01, 300, 1), test::request(2, 0.02, 100, 1),
             test::request(3, 0.03, 200, 1)},
            {&completions});
  EXPECT_EQ(completions.requests, (std::vector<std::uint64_t>{0, 2, 3, 1}));
}

TEST(DocumentedPolicies, SteerAwayEmptiesARowNearItsBudget) {
  Scenario s = test::small_scenario(3);
  s.duration = Seconds(200);
  s.site.levels.front().holds = 2;  // row0: servers 0 and 1, 920 W when both work; row1: server 2, 460 W at most
  s.site.levels.front().budget = Power(700);
  s.policy.router = test::chosen(builtin_routers(), "least_outstanding", {});
  test::add_controller(s, documented(kinds::steer_away(), {{"weight", 0.0}}));
  std::vector<Request> requests{test::request(0, 0.0, 10, 400), test::request(1, 0.0, 10, 400)};  // 50 s
  for (std::uint64_t i = 2; i < 8; ++i) requests.push_back(test::request(i, 10.0, 10, 8));
  for (std::uint64_t i = 8; i < 11; ++i)
    requests.push_back(test::request(i, 100.0, 10, 8));  // when row0 has room again
  Completions completions;
  const Report report = test::run(s, std::move(requests), {&completions});
  EXPECT_EQ(completions.served_by(2), 7);
  EXPECT_EQ(completions.served_by(0), 2);
  EXPECT_EQ(completions.served_by(1), 2);
  ASSERT_EQ(report.events.size(), 4U + 1U);  // two weights away and back, and the overload
  const auto steers = std::ranges::count_if(
      report.events, [&](const EventRecord& event) { return report.texts.kind(event) == "steer"; });
  EXPECT_EQ(steers, 4);
}

TEST(DocumentedPolicies, WholeRacksKeepPoolsApart) {
  Scenario s = test::small_scenario(8);
  LevelConfig rack;
  rack.name = "rack";
  rack.holds = 2;
  s.site.levels.push_back(rack);
  s.serving->pools = {PoolConfig{"low", {"low"}, 0.25, ""}, PoolConfig{"high", {"high"}, 0.75, ""}};
  s.policy.placement = documented(kinds::whole_racks());
  EXPECT_EQ(plan_fleet(s).pool_of_server, (std::vector<std::size_t>{1, 1, 1, 1, 0, 0, 1, 1}));
}

}  // namespace
}  // namespace headroom

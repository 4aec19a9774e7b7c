#include "engine/front_door.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "base/text.hpp"
#include "support/changing_fleet.hpp"
#include "support/instance_bench.hpp"
#include "support/run_without_simgrid.hpp"

namespace headroom {
namespace {

std::uint64_t rejected(const ClassResult& requests, Rejection why) {
  return requests.rejected_by[static_cast<std::size_t>(why)];
}

TEST(FrontDoor, ServesEveryRequestAndEndsTheRun) {
  Scenario scenario = test::small_scenario(2);
  test::RunWithoutSimGrid run(scenario, {test::request(0, 1.0, 10, 3), test::request(1, 1.5, 10, 3)});
  run.run();
  EXPECT_EQ(run.requests().completed, 2U);
  // Each has an instance: a prefill and two decode steps of 0.125 s.
  EXPECT_EQ(run.queue.now(), Seconds(1.875));
}

TEST(FrontDoor, RejectsWhatNoInstanceCanHold) {
  Scenario scenario = test::small_scenario();
  test::RunWithoutSimGrid run(scenario, {test::request(0, 1.0, 4'000'000'000, 7)});
  run.run();
  EXPECT_EQ(rejected(run.requests(), Rejection::too_long), 1U);
  EXPECT_EQ(run.door.unfit()[0].requests, 1U);
  EXPECT_EQ(run.door.unfit()[0].longest_tokens, 4'000'000'007U);
}

/// The pool has an instance on four GPUs to 9 s, then one on two.
TEST(FrontDoor, MeasuresARequestByTheInstancesThatThePoolHas) {
  test::ScriptedRun run(test::changing_scenario(2));
  run.scenario.serving->servers = 1;
  run.scenario.serving->pools = {{"all", {"low"}, 1.0, "four"}};
  run.at(2, test::deploy(1, {test::member(test::kTwo, 1, 0)}));
  run.at(9, test::deploy(0, {}));
  auto requests = test::requests_at({1, 10}, 8);
  std::uint64_t small = 0;
  run.look(9, [&](const ControlView& view) {
    small = view.fleet[InstanceId(1)].kv_capacity_tokens;
    EXPECT_LT(small, view.fleet[InstanceId(0)].kv_capacity_tokens);
  });
  for (Request& request : requests) request.input_tokens = 150'000'000;
  const Report report = run.run(requests);
  EXPECT_EQ(report.all.completed, 1U);
  EXPECT_EQ(rejected(report.all, Rejection::too_long), 1U);
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_THAT(report.warnings[0].what, testing::HasSubstr("which holds " + grouped(small) + " tokens"));
}

TEST(FrontDoor, RejectsWhereTheQueueIsFull) {
  Scenario scenario = test::small_scenario();
  scenario.serving->max_waiting_requests = 1;
  std::vector<Request> requests;
  for (std::uint64_t i = 0; i < 4; ++i)
    requests.push_back(test::request(i, 1.0 + 0.01 * static_cast<double>(i), 10, 3));
  test::RunWithoutSimGrid run(scenario, requests);
  run.run();
  // The first runs, the second waits.
  EXPECT_EQ(run.requests().completed, 2U);
  EXPECT_EQ(rejected(run.requests(), Rejection::queue_full), 2U);
}

/// Refuses everything.
struct Closed : Router {
  std::optional<Route> route(const Request&, const FleetView&) override { return std::nullopt; }
};

TEST(FrontDoor, SaysThatTheRouterRejectedWhereAnInstanceIsUp) {
  Scenario scenario = test::small_scenario();
  scenario.policy.router = test::recipe<Router>("closed", std::make_unique<Closed>());
  test::RunWithoutSimGrid run(scenario, {test::request(0, 1.0, 10, 3)});
  run.run();
  EXPECT_EQ(rejected(run.requests(), Rejection::router), 1U);
}

}  // namespace
}  // namespace headroom

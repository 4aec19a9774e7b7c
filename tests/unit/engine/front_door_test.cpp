#include "engine/front_door.hpp"

#include <gtest/gtest.h>

#include <memory>

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
  EXPECT_EQ(run.door.longest_unfit(), 4'000'000'007U);
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

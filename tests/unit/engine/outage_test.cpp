#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"

// Each test runs one simulation, with SimGrid's one engine of a process.

namespace headroom {
namespace {

TEST(Outage, LosesTheRequestsOfItsServers) {
  Scenario s = test::two_tripping_racks("join_shortest_queue");
  const Report report = test::run(s, {test::request(0, 1.0, 10, 1000)});
  EXPECT_EQ(report.throttle.trips, 1U);
  EXPECT_EQ(report.all.completed, 0U);
  EXPECT_EQ(report.all.rejected, 1U);  // lost with its server
  EXPECT_EQ(report.in_flight, 0U);
  EXPECT_EQ(report.requests_residual, 0);
  EXPECT_EQ(report.tokens_residual, 0);
  EXPECT_LT(report.energy_residual, 1e-12);
  // 460 W for the second until the trip, then nothing; the other server idles.
  EXPECT_NEAR(report.it_energy.value(), 160 + 460 + 160 * 60, 1e-6);
}

/// The dead server has the shortest queue of all: it must not get what the living one could serve in 0.125 s.
void send_five_after_an_outage(const char* router) {
  Scenario s = test::two_tripping_racks(router);
  std::vector<Request> requests{test::request(0, 1.0, 10, 1000)};
  for (std::uint64_t i = 1; i <= 5; ++i) requests.push_back(test::request(i, 10.0 + static_cast<double>(i), 10, 1));
  const Report report = test::run(s, requests);
  EXPECT_EQ(report.throttle.trips, 1U);
  EXPECT_EQ(report.all.completed, 5U);
}

TEST(Outage, SendsNoRequestToADeadServerByQueueLength) {
  send_five_after_an_outage("join_shortest_queue");
}
TEST(Outage, SendsNoRequestToADeadServerByOutstandingRequests) {
  send_five_after_an_outage("least_outstanding");
}
TEST(Outage, SendsNoRequestToADeadServerInTurn) {
  send_five_after_an_outage("round_robin");
}

/// The only server of the low priority is off, and that of the high one does not count.
TEST(Outage, RejectsForWantOfAnInstanceWhereThePoolHasNoneLeft) {
  Scenario s = test::two_tripping_racks("round_robin");
  s.serving->pools = {{"low", {"low"}, 0.5, ""}, {"high", {"high"}, 0.5, ""}};
  const Report report = test::run(s, {test::request(0, 1.0, 10, 1000), test::request(1, 10.0, 10, 1)});
  EXPECT_EQ(report.throttle.trips, 1U);
  EXPECT_EQ(report.all.rejected_by[static_cast<std::size_t>(Rejection::lost)], 1U);
  EXPECT_EQ(report.all.rejected_by[static_cast<std::size_t>(Rejection::no_instance)], 1U);
}

}  // namespace
}  // namespace headroom

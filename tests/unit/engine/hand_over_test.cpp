#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "base/own_process.hpp"
#include "support/handing_over.hpp"

// Tests of one whole run make SimGrid's one engine of a process.

namespace headroom {
namespace {

/// From instance 0 to 2, which are of different servers; steps take 0.125 s.
struct ToTheOther : Router {
  [[nodiscard]] bool hands_over() const override { return true; }
  std::optional<Route> route(const Request& request, const FleetView&) override {
    return Route(InstanceId(request.id % 2), InstanceId(2 + request.id % 2));
  }
};

Scenario pairs_of(NetworkKind kind) {
  Scenario s = test::handing_over_scenario(kind, 2, 1);
  s.policy.router = test::recipe<Router>("to_the_other", std::make_unique<ToTheOther>());
  return s;
}

struct Trips : RunListener {
  struct Trip {
    double start, end;
    bool arrived;
  };
  std::vector<Trip> all;
  void travelled(const KvTransfer& t) override { all.push_back({t.start.value(), t.end.value(), t.arrived}); }
};

/// Dates of all hand-overs where none meets another.
std::vector<double> lonely(NetworkKind kind) {
  std::istringstream said(in_own_process([&] {
    RandomStream random(7, "test/lonely");
    std::vector<Request> requests;
    double at = 0;
    for (int i = 0; i < 300; ++i) {
      at += 3 + random.exponential(1);
      requests.push_back(
          test::request(static_cast<std::uint64_t>(i), at, static_cast<std::uint32_t>(random.integer(1, 2000)), 3));
    }
    Trips trips;
    (void)test::run(pairs_of(kind), requests, {&trips});
    std::ostringstream out;
    out.precision(17);
    for (const auto& trip : trips.all) out << trip.start << ' ' << trip.end << ' ';
    return out.str();
  }));
  std::vector<double> dates;
  for (double date; said >> date;) dates.push_back(date);
  return dates;
}

TEST(HandOver, TakesAsLongByFlowsAsAtAFixedRateWhereNothingIsShared) {
  const auto fixed = lonely(NetworkKind::fixed_rate), flows = lonely(NetworkKind::flows);
  ASSERT_EQ(fixed.size(), 600U);
  ASSERT_EQ(flows.size(), 600U);
  for (std::size_t i = 0; i < fixed.size(); i += 2) {
    EXPECT_EQ(flows[i], fixed[i]);
    EXPECT_NEAR(flows[i + 1] - flows[i], fixed[i + 1] - fixed[i], 1e-9 * (fixed[i + 1] - fixed[i]) + 2e-9);
  }
}

/// Both prompts end at 1.125 s, and each cache has half the NIC.
TEST(HandOver, TakesTwiceAsLongWhereTwoShareANic) {
  Trips trips;
  const Report report =
      test::run(pairs_of(NetworkKind::flows), {test::request(0, 1, 1000, 3), test::request(1, 1, 1000, 3)}, {&trips});
  ASSERT_EQ(trips.all.size(), 2U);
  for (const auto& trip : trips.all) {
    EXPECT_EQ(trip.start, 1.125);
    EXPECT_NEAR(trip.end, 1.525, 3e-9);
  }
  EXPECT_EQ(report.network->transfers, 2U);
  EXPECT_EQ(report.network->sent_bytes, 8000);
  EXPECT_EQ(report.network->bytes, 8000);
  EXPECT_NEAR(report.simulated_s, 1.775, 1e-8);  // two decodes
  ASSERT_EQ(report.network->links.size(), 2U);
  for (const LinkResult& link : report.network->links) {
    EXPECT_THAT(link.name, testing::AnyOf("row0/rack0/server0 out", "row0/rack0/server1 in"));
    EXPECT_EQ(link.bytes, 8000);
    EXPECT_NEAR(link.utilization_fraction, 0.4 / 1.775, 1e-8);
  }
}

/// A model of four layers, which are read in 0.5 s: of a cache that takes 0.4 s a quarter is left, of one that takes
/// 4 s the first three quarters of the time that the prompt took are saved.
TEST(HandOver, HasOnlyTheLastLayerLeftWhereItsCacheGoesAhead) {
  for (const NetworkKind kind : {NetworkKind::fixed_rate, NetworkKind::flows}) {
    const std::string said = in_own_process([&] {
      Scenario s = pairs_of(kind);
      s.serving->model.layers = 4;
      s.serving->memory.kv_bytes_per_token = 4;
      s.network->overlap = true;
      s.network->energy_per_byte = Energy(0.5);
      Trips trips;
      const Report report = test::run(s, {test::request(0, 1, 2000, 2), test::request(1, 10, 20000, 2)}, {&trips});
      std::ostringstream out;
      for (const auto& trip : trips.all) out << std::round((trip.end - trip.start) * 1e6) / 1e6 << ' ';
      out << report.network->sent_bytes << ' ' << report.network->energy->value();
      for (const LinkResult& link : report.network->links) out << ' ' << link.bytes;
      return out.str();
    });
    EXPECT_EQ(said, kind == NetworkKind::flows ? "0.1 3.625 88000 88000 88000 88000" : "0.1 3.625 88000 88000");
  }
}

/// Of two that share a NIC one is cut when its server loses its power, and the other is faster from then on.
TEST(HandOver, GivesItsShareBackWhereItIsCut) {
  Scenario s = test::handing_over_scenario(NetworkKind::flows, 3, 1);
  struct ToTheLast : Router {
    [[nodiscard]] bool hands_over() const override { return true; }
    std::optional<Route> route(const Request& request, const FleetView&) override {
      return Route(InstanceId(2 * request.id), InstanceId(4));
    }
  };
  s.policy.router = test::recipe<Router>("to_the_last", std::make_unique<ToTheLast>());
  s.incidents.evictions = {{{"row0/rack0/server1"}, Seconds(1.325), Seconds(0)}};
  Trips trips;
  const Report report = test::run(s, {test::request(0, 1, 2000, 3), test::request(1, 1, 2000, 3)}, {&trips});
  ASSERT_EQ(trips.all.size(), 2U);
  EXPECT_EQ(trips.all[0].end, 1.325);
  EXPECT_FALSE(trips.all[0].arrived);
  // Each had 2000 of 8000 bytes through after 0.2 s.
  EXPECT_NEAR(trips.all[1].end, 1.325 + 6000 / 20e3, 3e-9);
  EXPECT_EQ(report.network->cut_bytes, 8000);
  EXPECT_EQ(report.network->bytes, 8000);
  EXPECT_EQ(report.network->sent_bytes, 16000);
  EXPECT_TRUE(report.balances());
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <simgrid/s4u/Engine.hpp>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "facility/supported_clocks.hpp"
#include "kernel/flow_network.hpp"
#include "kernel/platform.hpp"
#include "support/any_event.hpp"
#include "support/fake_models.hpp"
#include "support/network_layouts.hpp"

// A process has one SimGrid engine, ever: every test here makes one, and ctest runs each in a process of its own.

namespace headroom {
namespace {

constexpr double kRate = 1e9;  // bytes/s of a NIC

/// Hands on to SimGrid, and keeps where its clock stood.
struct Observed : FlowSolver {
  Observed(FlowSolver& to, const EventQueue& of) : real(to), queue(of) {}
  void watch(FlowWatch& who) override { real.watch(who); }
  void start(std::uint32_t number, ServerId from, ServerId to, double bytes) override {
    started[number] = {simgrid::s4u::Engine::get_clock(), queue.now().value()};
    real.start(number, from, to, bytes);
  }
  void cancel(std::uint32_t number) override { real.cancel(number); }
  [[nodiscard]] double left(std::uint32_t number) const override { return real.left(number); }
  FlowSolver& real;
  const EventQueue& queue;
  std::map<std::uint32_t, std::pair<double, double>> started;  ///< by SimGrid's clock, by ours
};

/// Transfers sent at dates of arrivals, over SimGrid's network.
class FlowsInSimGrid : public testing::Test {
 protected:
  struct Sent {
    double at;
    std::size_t from, to;
    double bytes;
    double cut_at = std::numeric_limits<double>::infinity();
  };
  void run(NetworkLayout of, const std::vector<Sent>& sent, std::uint32_t flows_per_nic = 8) {
    layout = std::move(of);
    const std::vector<TypeId> types(layout.nics.size(), TypeId(0));
    platform = load_platform(clocks, types, &layout, queue);
    observed.emplace(platform->flows(), queue);
    network.emplace(layout, flows_per_nic, *observed, queue);
    for (std::uint32_t i = 0; i < sent.size(); ++i) {
      queue.push(Seconds(sent[i].at), EventKind::completion, i);
      if (std::isfinite(sent[i].cut_at)) queue.push(Seconds(sent[i].cut_at), EventKind::incident, i);
    }
    handler.call = [&](const Event& event) {
      const std::uint32_t i = event.target;
      if (event.kind() == EventKind::completion)
        network->send(i, ServerId(sent[i].from), ServerId(sent[i].to), sent[i].bytes, 0);
      if (event.kind() == EventKind::incident) network->cut(i);
      if (event.kind() == EventKind::transfer) over[i] = event.time;
      if (event.kind() == EventKind::end) queue.stop();
    };
    platform->run();
  }

  EventQueue queue;
  test::AnyEvent handler{queue};
  std::vector<std::vector<Hertz>> clocks{supported_clocks(test::round_gpu())};
  NetworkLayout layout;
  std::unique_ptr<Platform> platform;
  std::optional<Observed> observed;
  std::optional<FlowNetwork> network;
  std::map<std::uint32_t, double> over;  ///< when, by number
};

double tolerance(double lasts) {
  return 1e-9 * lasts + 2e-9;
}

/// Each of thousands alone on its NICs, between other events: as long as at a fixed rate, and SimGrid's clock is at the
/// date of the cause to the last bit.
TEST_F(FlowsInSimGrid, TakeAsLongAsAtAFixedRateWhereNothingIsShared) {
  RandomStream random(1, "flows");
  std::vector<Sent> sent;
  std::vector<double> free_from(20);
  double now = 0;
  for (int i = 0; i < 5000; ++i) {
    const std::size_t pair = random.integer(0, 9);
    now = std::max(now + random.exponential(i % 100 == 0 ? 50.0 : 0.01), free_from[pair]);
    const double bytes = std::round(1e9 * random.exponential(0.1)) + 1;
    free_from[pair] = now + bytes / kRate + 1e-6;
    sent.push_back({now, 2 * pair, 2 * pair + 1, bytes});
  }
  run(test::star_of(20, kRate), sent);
  ASSERT_EQ(over.size(), sent.size());
  for (std::uint32_t i = 0; i < sent.size(); ++i) {
    EXPECT_NEAR(over[i] - sent[i].at, sent[i].bytes / kRate, tolerance(sent[i].bytes / kRate)) << i;
    EXPECT_EQ(observed->started[i].first, sent[i].at) << i;
    EXPECT_EQ(observed->started[i].second, sent[i].at) << i;
  }
}

TEST_F(FlowsInSimGrid, EndTogetherAfterTwiceTheTimeWhereTwoAreEqual) {
  run(test::star_of(3, kRate), {{1.25, 0, 2, 3e8}, {1.25, 1, 2, 3e8}});
  EXPECT_EQ(over[0], over[1]);
  EXPECT_NEAR(over[0], 1.25 + 0.6, tolerance(0.6));
}

TEST_F(FlowsInSimGrid, ShareOnlyWhileTheyMeet) {
  // The second comes when half of the first is through, and each gets half until the first is over, 1 s later.
  run(test::star_of(3, kRate), {{1, 0, 2, 1e9}, {1.5, 1, 2, 1e9}});
  EXPECT_NEAR(over[0], 2.5, tolerance(1.5));
  EXPECT_NEAR(over[1], 3.0, tolerance(1.5));
}

TEST_F(FlowsInSimGrid, DoNotShareTheTwoWaysOfANic) {
  run(test::star_of(2, kRate), {{1, 0, 1, 1e9}, {1, 1, 0, 1e9}});
  for (const std::uint32_t i : {0U, 1U}) EXPECT_NEAR(over[i], 2, tolerance(1));
}

TEST_F(FlowsInSimGrid, GiveTheirShareBackWhereTheyAreCut) {
  // A quarter of each is through when the second is cut, by an event that SimGrid knows nothing of.
  run(test::star_of(3, kRate), {{1, 0, 2, 1e9}, {1, 1, 2, 1e9, 1.5}});
  EXPECT_EQ(over[1], 1.5);
  EXPECT_NEAR(over[0], 1.5 + 0.75, tolerance(1.25));
  const std::vector<LinkUse> links = network->links();
  EXPECT_NEAR(links[5].bytes, 1.25e9, 10);  // s2 in
  EXPECT_NEAR(links[2].bytes, 0.25e9, 10);  // s1 out
}

TEST_F(FlowsInSimGrid, WaitWhereANicHasAsManyAsItMay) {
  // Two at a time at half the rate each, then the third alone.
  run(test::star_of(4, kRate), {{1, 0, 3, 1e9}, {1, 1, 3, 1e9}, {1, 2, 3, 1e9}}, 2);
  for (const std::uint32_t i : {0U, 1U}) EXPECT_NEAR(over[i], 3, tolerance(2));
  EXPECT_NEAR(over[2], 4, tolerance(3));
}

TEST_F(FlowsInSimGrid, ShareTheUplinkOfTheirRackAndNothingWithinIt) {
  // Servers 0, 2 and 4 are in one rack, 1, 3 and 5 in the other; the uplink takes as much as a NIC.
  run(test::two_racks_of(6, kRate, kRate),
      {{1, 0, 1, 1e9}, {1, 2, 3, 1e9}, {1, 5, 4, 1e9}, {5, 0, 2, 1e9}, {5, 4, 0, 1e9}});
  for (const std::uint32_t i : {0U, 1U}) EXPECT_NEAR(over[i], 3, tolerance(2));
  EXPECT_NEAR(over[2], 2, tolerance(1));  // the other way
  for (const std::uint32_t i : {3U, 4U}) EXPECT_NEAR(over[i], 6, tolerance(1));
}

TEST_F(FlowsInSimGrid, TakeTheLatencyOfTheirPathAndNoneWithinAServer) {
  NetworkLayout of = test::star_of(2, kRate);
  of.latency = Seconds(0.25);
  run(std::move(of), {{1, 0, 1, 1e9}, {1, 0, 0, 1e9}, {1, 0, 0, 1e9}});
  EXPECT_NEAR(over[0], 2.25, tolerance(1.25));
  for (const std::uint32_t i : {1U, 2U}) EXPECT_NEAR(over[i], 1.1, tolerance(0.1));  // ten times as fast, unshared
}

TEST_F(FlowsInSimGrid, StandStillWhenTheRunEnds) {
  queue.push(Seconds(1.5), EventKind::end);
  run(test::star_of(3, kRate), {{1, 0, 2, 1e9}, {1.25, 1, 2, 1e9}});
  EXPECT_TRUE(over.empty());
  EXPECT_EQ(queue.now(), Seconds(1.5));
  const std::vector<LinkUse> links = network->links();
  EXPECT_NEAR(links[0].bytes, 0.375e9, 10);
  EXPECT_NEAR(links[5].bytes, 0.5e9, 10);
}

}  // namespace
}  // namespace headroom

#include "kernel/flow_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/any_event.hpp"
#include "support/network_layouts.hpp"

namespace headroom {
namespace {

using Numbers = std::vector<std::uint32_t>;

/// Flows that end when the test says so.
struct ManualFlows : FlowSolver {
  void watch(FlowWatch& who) override { told = &who; }
  void start(std::uint32_t number, ServerId, ServerId, double) override { started.push_back(number); }
  void cancel(std::uint32_t number) override { cancelled.push_back(number); }
  [[nodiscard]] double left(std::uint32_t) const override { return 25; }
  FlowWatch* told = nullptr;
  Numbers started, cancelled;
};

/// Four servers, two flows a NIC each way.
class FlowQueues : public testing::Test {
 protected:
  FlowQueues() {
    handler.call = [this](const Event& event) { over.push_back(event.target); };
  }
  void send(std::uint32_t number, std::size_t from, std::size_t to, double ahead = 0) {
    network.send(number, ServerId(from), ServerId(to), 100, ahead);
    queue.run();
  }
  void end(std::uint32_t number) {
    network.arrived(number, queue.now());
    queue.run();
  }
  [[nodiscard]] double carried(const std::string& name) const {
    for (const LinkUse& link : network.links())
      if (link.name == name) return link.bytes;
    return -1;
  }

  EventQueue queue;
  test::AnyEvent handler{queue};
  NetworkLayout layout = test::two_racks_of(4, 50, 30);
  ManualFlows flows;
  FlowNetwork network{layout, 2, flows, queue};
  Numbers over;
};

TEST_F(FlowQueues, LetOnlySoManyGoAndTheRestInOrder) {
  for (std::uint32_t number = 0; number < 5; ++number) send(number, 0, 1 + number % 3);
  EXPECT_EQ(flows.started, (Numbers{0, 1}));
  end(1);
  EXPECT_EQ(flows.started, (Numbers{0, 1, 2}));
  end(0);
  end(2);
  EXPECT_EQ(flows.started, (Numbers{0, 1, 2, 3, 4}));
  EXPECT_EQ(over, (Numbers{1, 0, 2}));
}

TEST_F(FlowQueues, LetNobodyOvertakeAtEitherEnd) {
  send(0, 0, 3);
  send(1, 0, 3);
  send(2, 0, 1);  // waits for the first NIC
  send(3, 2, 1);  // behind it at the other
  EXPECT_EQ(flows.started, (Numbers{0, 1}));
  send(4, 1, 0);  // the other way is free
  end(0);
  EXPECT_EQ(flows.started, (Numbers{0, 1, 4, 2, 3}));
}

TEST_F(FlowQueues, GoOnWhereOneThatWaitsIsCut) {
  send(0, 0, 3);
  send(1, 0, 3);
  send(2, 0, 1);
  send(3, 2, 1);
  network.cut(2);
  queue.run();
  EXPECT_EQ(over, Numbers{2});
  EXPECT_EQ(flows.started, (Numbers{0, 1, 3}));
  EXPECT_EQ(flows.cancelled, Numbers());
  EXPECT_EQ(carried("s0 out"), 150);  // of two flows under way, 25 of 100 bytes each left
}

TEST_F(FlowQueues, CountWhatACutFlowCarried) {
  send(0, 0, 3, 40);
  network.cut(0);
  network.cut(0);
  end(0);  // at this very date: the cut comes first
  EXPECT_EQ(flows.cancelled, Numbers{0});
  EXPECT_EQ(over, Numbers{0});
  for (const char* link : {"s0 out", "s3 in", "r0 out", "r1 in"}) EXPECT_EQ(carried(link), 40 + 75) << link;
  for (const char* link : {"s0 in", "s3 out", "r0 in", "r1 out"}) EXPECT_EQ(carried(link), 0) << link;
}

TEST_F(FlowQueues, DoNotCutWhatHasNotSetOutYet) {
  network.send(0, ServerId(0), ServerId(1), 100, 0);
  network.cut(0);
  queue.run();
  EXPECT_EQ(flows.started, Numbers());
  EXPECT_EQ(over, Numbers{0});
  EXPECT_EQ(carried("s0 out"), 0);
}

TEST_F(FlowQueues, AreNotForWhatStaysWithinAServer) {
  for (std::uint32_t number = 0; number < 4; ++number) send(number, 1, 1);
  EXPECT_EQ(flows.started, (Numbers{0, 1, 2, 3}));
  EXPECT_EQ(network.bytes_per_s(ServerId(1), ServerId(1)), 500);
  EXPECT_EQ(network.bytes_per_s(ServerId(1), ServerId(3)), 50);
  EXPECT_EQ(network.bytes_per_s(ServerId(1), ServerId(2)), 30);
  end(2);
  EXPECT_EQ(carried("s1 out"), 0);
}

TEST_F(FlowQueues, SayWhatOneMoreWouldGet) {
  const auto shared = [&](std::uint32_t from, std::uint32_t to) {
    return network.shared_bytes_per_s(ServerId(from), ServerId(to));
  };
  const double alone = network.bytes_per_s(ServerId(0), ServerId(1));
  EXPECT_EQ(shared(0, 1), alone);
  for (std::uint32_t number = 0; number < 4; ++number) send(number, 0, 1);
  EXPECT_EQ(shared(0, 1), alone / 5) << "also beside what waits";
  EXPECT_EQ(shared(1, 0), alone) << "the other way";
  EXPECT_EQ(shared(1, 1), 500);
  send(4, 0, 0);
  EXPECT_EQ(shared(0, 1), alone / 5);
  network.cut(3);
  queue.run();
  EXPECT_EQ(shared(0, 1), alone / 4);
  end(0);
  EXPECT_EQ(shared(0, 1), alone / 3);
}

}  // namespace
}  // namespace headroom

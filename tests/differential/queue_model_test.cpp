#include <gtest/gtest.h>

#include <memory>
#include <simgrid/s4u.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "facility/supported_clocks.hpp"
#include "kernel/platform.hpp"
#include "support/any_event.hpp"
#include "support/fake_models.hpp"

// A process has one SimGrid engine, ever: every test here makes one, and ctest runs each in a process of its own.

namespace headroom {
namespace {

/// The queue inside SimGrid, with three servers.
class QueueInSimGrid : public testing::Test, protected ClockWatch {
 protected:
  QueueInSimGrid() { platform->watch(*this); }
  void clock_changed(ServerId id, Hertz clock) override {
    changes.emplace_back(id.index(), clock.value());
    dates.push_back(queue.now().value());
  }

  EventQueue queue;
  test::AnyEvent handler{queue};
  std::vector<std::vector<Hertz>> clocks{supported_clocks(test::round_gpu())};
  std::vector<TypeId> servers{TypeId(0), TypeId(0), TypeId(0)};
  std::unique_ptr<Platform> platform = load_platform(clocks, servers, nullptr, queue);
  std::vector<std::pair<std::size_t, double>> changes;  ///< of clocks, by server
  std::vector<double> dates;                            ///< of these
};

TEST_F(QueueInSimGrid, KeepsStepWithSimGridsOwnEvents) {
  for (int i = 1; i <= 6; ++i) queue.push(Seconds(i), EventKind::arrival);
  std::vector<std::pair<double, std::uint64_t>> seen;
  simgrid::s4u::Actor::create("sleeper", simgrid::s4u::Host::by_name("server0"), [&] {
    simgrid::s4u::this_actor::sleep_for(2.5);
    seen.emplace_back(simgrid::s4u::Engine::get_clock(), queue.handled());
    queue.push(Seconds(2.75), EventKind::arrival);
    simgrid::s4u::this_actor::sleep_for(2.0);
    seen.emplace_back(simgrid::s4u::Engine::get_clock(), queue.handled());
  });
  platform->run();
  // At 2.5 s the events of 1 and 2 s have run; at 4.5 s those of 2.75, 3 and 4 s too.
  EXPECT_EQ(seen, (std::vector<std::pair<double, std::uint64_t>>{{2.5, 2}, {4.5, 5}}));
  EXPECT_EQ(queue.handled(), 7U);
}

/// What the handler of an actuation starts in SimGrid starts at its date, not where SimGrid's clock stood before.
TEST_F(QueueInSimGrid, StartsSimGridActivitiesAtTheDateOfTheEvent) {
  for (int i = 1; i <= 6; ++i) queue.push(Seconds(i), i == 3 ? EventKind::actuation : EventKind::arrival);
  std::vector<double> woken;
  handler.call = [&](const Event& event) {
    if (event.time != 3) return;
    simgrid::s4u::Actor::create("sleeper", simgrid::s4u::Host::by_name("server0"), [&] {
      simgrid::s4u::this_actor::sleep_for(1.5);
      woken.push_back(simgrid::s4u::Engine::get_clock());
    });
  };
  platform->run();
  EXPECT_EQ(woken, std::vector<double>{4.5});
}

TEST_F(QueueInSimGrid, HandlesNothingAfterItWasStopped) {
  for (int i = 1; i <= 5; ++i) queue.push(Seconds(i), i == 4 ? EventKind::actuation : EventKind::arrival);
  handler.call = [&](const Event& event) {
    if (event.time == 3) queue.stop();
  };
  platform->run();
  EXPECT_EQ(queue.handled(), 3U);
  EXPECT_EQ(queue.now(), Seconds(3));
}

TEST_F(QueueInSimGrid, LetsAnExceptionOfAHandlerOutOfTheRun) {
  for (int i = 1; i <= 5; ++i) queue.push(Seconds(i), EventKind::arrival);
  handler.call = [](const Event& event) {
    if (event.time == 3) throw std::range_error("at three");
  };
  EXPECT_THROW(platform->run(), std::range_error);
  EXPECT_EQ(queue.handled(), 3U);
}

TEST_F(QueueInSimGrid, HearsWhenAClockChanges) {
  EXPECT_TRUE(platform->set_clock(ServerId(1), Hertz(300e6)));
  EXPECT_TRUE(platform->set_clock(ServerId(1), Hertz(300e6)));   // no change, no call
  EXPECT_TRUE(platform->set_clock(ServerId(2), Hertz(1000e6)));  // where it is from the start
  EXPECT_FALSE(platform->set_clock(ServerId(0), Hertz(350e6)));  // no such clock
  EXPECT_TRUE(platform->set_clock(ServerId(1), Hertz(1000e6)));
  EXPECT_EQ(changes, (std::vector<std::pair<std::size_t, double>>{{1, 300e6}, {1, 1000e6}}));
}

TEST_F(QueueInSimGrid, HearsOfAClockChangeInsideAnEvent) {
  handler.call = [&](const Event&) { platform->set_clock(ServerId(0), Hertz(500e6)); };
  queue.push(Seconds(4.25), EventKind::actuation);
  platform->run();
  EXPECT_EQ(dates, std::vector<double>{4.25});
}

}  // namespace
}  // namespace headroom

#include "engine/event_queue.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <map>
#include <set>
#include <simgrid/s4u.hpp>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "engine/platform.hpp"
#include "support/fake_models.hpp"

// A process has one SimGrid engine, ever: every test here makes one, and ctest runs each in a process of its own.

namespace headroom {
namespace {

/// Hands events to a function that may be set late.
struct Calling : EventHandler {
  std::function<void(const Event&)> call = [](const Event&) {};
  void handle(const Event& event) override { call(event); }
};

TEST(EventQueue, RunsEventsByTimeThenKindThenSequence) {
  using Key = std::tuple<double, int, std::uint32_t>;  // the target counts pushes, as the queue's sequence does
  Calling handler;
  Platform platform(test::round_gpu(), 1, handler);
  EventQueue& queue = platform.queue();
  RandomStream random(7, "events");
  std::set<Key> expected;
  std::uint32_t pushed = 0;
  std::uint64_t ties = 0, now_pushes = 0;
  const auto push = [&](double not_before) {
    // Dates on a grid of a quarter second, so that many coincide.
    const double time = not_before + 0.25 * static_cast<double>(random.integer(0, 40));
    const auto kind = static_cast<EventKind>(random.integer(1, static_cast<std::uint64_t>(EventKind::end)));
    if (!expected.empty() && std::get<0>(*expected.begin()) == time) ++ties;
    if (time == not_before) ++now_pushes;
    expected.insert({time, static_cast<int>(kind), pushed});
    queue.push(Seconds(time), kind, pushed);
    ++pushed;
  };
  std::size_t wrong = 0;
  handler.call = [&](const Event& event) {
    if (Key(event.time, static_cast<int>(event.kind()), event.target) != *expected.begin()) ++wrong;
    if (queue.now() != Seconds(event.time)) ++wrong;
    expected.erase({event.time, static_cast<int>(event.kind()), event.target});
    for (std::uint64_t more = random.integer(0, 2); more > 0 && pushed < 50000; --more) push(event.time);
  };
  for (int i = 0; i < 500; ++i) push(0);
  platform.run();
  EXPECT_EQ(wrong, 0U);
  EXPECT_TRUE(expected.empty());
  EXPECT_EQ(queue.handled(), pushed);
  EXPECT_GT(pushed, 20000U);
  EXPECT_GT(ties, 1000U);
  EXPECT_GT(now_pushes, 500U);
}

TEST(EventQueue, RunsTimersAmongEventsAtTheirLastDate) {
  constexpr std::uint32_t kInstances = 37;
  constexpr double kNever = std::numeric_limits<double>::infinity();
  using Key = std::tuple<double, int, std::uint32_t>;
  Calling handler;
  Platform platform(test::round_gpu(), 1, handler);
  EventQueue& queue = platform.queue();
  queue.make_timers({.completions = kInstances, .die_limits = kInstances});
  RandomStream random(11, "timers");
  std::map<std::pair<int, std::uint32_t>, double> dates;  // of every timer
  std::multiset<Key> pushed;
  const auto move = [&](EventKind kind, std::uint32_t instance, double time) {
    dates[{static_cast<int>(kind), instance}] = time;
    queue.set_timer(kind, instance, Seconds(time));
  };
  const auto move_any = [&](double not_before) {
    const auto kind = random.integer(0, 1) == 0 ? EventKind::completion : EventKind::die_limit;
    const auto instance = static_cast<std::uint32_t>(random.integer(0, kInstances - 1));
    const double delay = 0.25 * static_cast<double>(random.integer(0, 40));
    move(kind, instance, random.integer(0, 9) == 0 ? kNever : not_before + delay);
  };
  const auto first = [&] {
    Key least = pushed.empty() ? Key(kNever, 0, 0) : *pushed.begin();
    for (const auto& [timer, time] : dates) least = std::min(least, Key(time, timer.first, timer.second));
    return least;
  };
  std::size_t wrong = 0, timers = 0;
  handler.call = [&](const Event& event) {
    const Key key(event.time, static_cast<int>(event.kind()), event.target);
    if (key != first()) ++wrong;
    if (event.kind() != EventKind::arrival) {
      ++timers;
      move(event.kind(), event.target, kNever);
    } else {
      pushed.erase(pushed.find(key));
      const double next = event.time + 0.25 * static_cast<double>(random.integer(1, 4));
      if (next < 2000) {
        pushed.emplace(next, static_cast<int>(EventKind::arrival), 0);
        queue.push(Seconds(next), EventKind::arrival);
      }
    }
    if (event.time < 2000)
      for (std::uint64_t moves = random.integer(0, 3); moves > 0; --moves) move_any(event.time);
  };
  pushed.emplace(0, static_cast<int>(EventKind::arrival), 0);
  queue.push(Seconds(0), EventKind::arrival);
  platform.run();
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(first(), Key(kNever, 0, 0));
  EXPECT_GT(timers, 2000U);
}

TEST(EventQueue, KeepsATimerDueUntilItsHandlerMovesIt) {
  Calling handler;
  Platform platform(test::round_gpu(), 1, handler);
  platform.queue().make_timers({.completions = 2});
  platform.queue().set_timer(EventKind::completion, 1, Seconds(4));
  int calls = 0;
  handler.call = [&](const Event& event) {
    EXPECT_EQ(event.target, 1U);
    if (++calls == 3) platform.queue().set_timer(EventKind::completion, 1, Seconds(WinnerTree<double>::kNever));
  };
  platform.run();
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(platform.queue().now(), Seconds(4));
}

TEST(EventQueue, LetsAnExceptionOfItsHandlerOutOfTheRun) {
  Calling handler;
  Platform platform(test::round_gpu(), 1, handler);
  for (int i = 1; i <= 5; ++i) platform.queue().push(Seconds(i), EventKind::arrival);
  handler.call = [](const Event& event) {
    if (event.time == 3) throw std::range_error("at three");
  };
  try {
    platform.run();
    FAIL() << "nothing was thrown";
  } catch (const std::range_error& error) {
    EXPECT_STREQ(error.what(), "at three");
  }
  EXPECT_EQ(platform.queue().handled(), 3U);
}

TEST(EventQueue, EndsTheRunWhenCleared) {
  Calling handler;
  Platform platform(test::round_gpu(), 1, handler);
  for (int i = 1; i <= 5; ++i) platform.queue().push(Seconds(i), EventKind::arrival);
  platform.queue().make_timers({.completions = 1});
  platform.queue().set_timer(EventKind::completion, 0, Seconds(4));
  handler.call = [&](const Event& event) {
    if (event.time == 3) platform.queue().clear();
  };
  platform.run();
  EXPECT_EQ(platform.queue().handled(), 3U);
  EXPECT_EQ(platform.queue().now(), Seconds(3));
}

TEST(EventQueue, KeepsStepWithSimGridsOwnEvents) {
  Calling handler;
  Platform platform(test::round_gpu(), 1, handler);
  EventQueue& queue = platform.queue();
  for (int i = 1; i <= 6; ++i) queue.push(Seconds(i), EventKind::arrival);
  std::vector<std::pair<double, std::uint64_t>> seen;
  simgrid::s4u::Actor::create("sleeper", simgrid::s4u::Host::by_name("server0"), [&] {
    simgrid::s4u::this_actor::sleep_for(2.5);
    seen.emplace_back(simgrid::s4u::Engine::get_clock(), queue.handled());
    queue.push(Seconds(2.75), EventKind::arrival);
    simgrid::s4u::this_actor::sleep_for(2.0);
    seen.emplace_back(simgrid::s4u::Engine::get_clock(), queue.handled());
  });
  platform.run();
  // At 2.5 s the events of 1 and 2 s have run; at 4.5 s those of 2.75, 3 and 4 s too.
  EXPECT_EQ(seen, (std::vector<std::pair<double, std::uint64_t>>{{2.5, 2}, {4.5, 5}}));
  EXPECT_EQ(queue.handled(), 7U);
}

/// What the handler of an actuation starts in SimGrid starts at its date, not where SimGrid's clock stood before.
TEST(EventQueue, StartsSimGridActivitiesAtTheDateOfTheEvent) {
  Calling handler;
  Platform platform(test::round_gpu(), 1, handler);
  for (int i = 1; i <= 6; ++i) platform.queue().push(Seconds(i), i == 3 ? EventKind::actuation : EventKind::arrival);
  std::vector<double> woken;
  handler.call = [&](const Event& event) {
    if (event.time != 3) return;
    simgrid::s4u::Actor::create("sleeper", simgrid::s4u::Host::by_name("server0"), [&] {
      simgrid::s4u::this_actor::sleep_for(1.5);
      woken.push_back(simgrid::s4u::Engine::get_clock());
    });
  };
  platform.run();
  EXPECT_EQ(woken, std::vector<double>{4.5});
}

TEST(EventQueueDeathTest, StopsAtAnEventInThePast) {
  Calling handler;
  EXPECT_DEATH(
      {
        Platform platform(test::round_gpu(), 1, handler);
        platform.queue().push(Seconds(2), EventKind::arrival);
        handler.call = [&](const Event&) { platform.queue().push(Seconds(1), EventKind::arrival); };
        platform.run();
      },
      "an event lies in the past");
}

TEST(Platform, CallsBackWhenAClockChanges) {
  Calling handler;
  Platform platform(test::round_gpu(), 3, handler);
  std::vector<std::pair<std::size_t, double>> changes;
  platform.on_clock_change([&](ServerId id, Hertz clock) { changes.emplace_back(id.index(), clock.value()); });
  EXPECT_TRUE(platform.set_clock(ServerId(1), Hertz(300e6)));
  EXPECT_TRUE(platform.set_clock(ServerId(1), Hertz(300e6)));   // no change, no call
  EXPECT_TRUE(platform.set_clock(ServerId(2), Hertz(1000e6)));  // where it is from the start
  EXPECT_FALSE(platform.set_clock(ServerId(0), Hertz(350e6)));  // no such clock
  EXPECT_TRUE(platform.set_clock(ServerId(1), Hertz(1000e6)));
  EXPECT_EQ(changes, (std::vector<std::pair<std::size_t, double>>{{1, 300e6}, {1, 1000e6}}));
}

TEST(Platform, CallsBackFromInsideAnEvent) {
  Calling handler;
  Platform platform(test::round_gpu(), 1, handler);
  std::vector<double> dates;
  platform.on_clock_change([&](ServerId, Hertz) { dates.push_back(platform.queue().now().value()); });
  handler.call = [&](const Event&) { platform.set_clock(ServerId(0), Hertz(500e6)); };
  platform.queue().push(Seconds(4.25), EventKind::actuation);
  platform.run();
  EXPECT_EQ(dates, std::vector<double>{4.25});
}

TEST(SupportedClocks, RunDownTheStepsAndEndWithTheBrake) {
  GpuSpec gpu = test::round_gpu();
  gpu.max_clock = Hertz(1410e6);
  gpu.min_clock = Hertz(210e6);
  gpu.clock_step = Hertz(15e6);
  gpu.brake_clock = Hertz(288e6);
  const auto clocks = supported_clocks(gpu);
  ASSERT_EQ(clocks.size(), 82U);  // (1410 - 210) / 15 + 1, and the brake
  EXPECT_EQ(clocks.front(), Hertz(1410e6));
  EXPECT_EQ(clocks[80], Hertz(210e6));
  EXPECT_EQ(clocks.back(), Hertz(288e6));
}

TEST(SupportedClocks, NameTheBrakeOnceWhereItIsAStep) {
  EXPECT_EQ(supported_clocks(test::round_gpu()).size(), 10U);
}

}  // namespace
}  // namespace headroom

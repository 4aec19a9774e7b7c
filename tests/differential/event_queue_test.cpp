#include "kernel/event_queue.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "support/any_event.hpp"

namespace headroom {
namespace {

TEST(EventQueue, RunsEventsByTimeThenKindThenSequence) {
  using Key = std::tuple<double, int, std::uint32_t>;  // the target counts pushes, as the queue's sequence does
  EventQueue queue;
  test::AnyEvent handler(queue);
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
  queue.run();
  EXPECT_EQ(wrong, 0U);
  EXPECT_TRUE(expected.empty());
  EXPECT_EQ(queue.handled(), pushed);
  EXPECT_GT(pushed, 20000U);
  EXPECT_GT(ties, 1000U);
  EXPECT_GT(now_pushes, 500U);
}

TEST(EventQueue, NamesTheTimerThatFollows) {
  EventQueue queue;
  test::AnyEvent handler(queue);
  queue.add_timers(EventKind::completion, 5);
  std::vector<std::size_t> following;
  handler.call = [&](const Event& event) {
    following.push_back(queue.following(EventKind::completion));
    queue.set_timer(EventKind::completion, event.target, Seconds(std::numeric_limits<double>::infinity()));
  };
  for (const auto& [number, date] : {std::pair(3, 1.0), std::pair(0, 2.0), std::pair(4, 3.0)})
    queue.set_timer(EventKind::completion, static_cast<std::size_t>(number), Seconds(date));
  queue.run();
  EXPECT_EQ(following, (std::vector<std::size_t>{0, 4, 4}));  // behind the last comes nothing
}

TEST(EventQueue, RunsTimersAmongEventsAtTheirLastDate) {
  constexpr std::uint32_t kInstances = 37;
  constexpr double kNever = std::numeric_limits<double>::infinity();
  using Key = std::tuple<double, int, std::uint32_t>;
  EventQueue queue;
  test::AnyEvent handler(queue);
  queue.add_timers(EventKind::completion, kInstances);
  queue.add_timers(EventKind::die_limit, kInstances);
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
  queue.run();
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(first(), Key(kNever, 0, 0));
  EXPECT_GT(timers, 2000U);
}

TEST(EventQueue, KeepsATimerDueUntilItsHandlerMovesIt) {
  EventQueue queue;
  test::AnyEvent handler(queue);
  queue.add_timers(EventKind::completion, 2);
  queue.set_timer(EventKind::completion, 1, Seconds(4));
  int calls = 0;
  handler.call = [&](const Event& event) {
    EXPECT_EQ(event.target, 1U);
    if (++calls == 3) queue.set_timer(EventKind::completion, 1, Seconds(WinnerTree<double>::kNever));
  };
  queue.run();
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(queue.now(), Seconds(4));
}

TEST(EventQueue, LetsAnExceptionOfItsHandlerOutOfTheRun) {
  EventQueue queue;
  test::AnyEvent handler(queue);
  for (int i = 1; i <= 5; ++i) queue.push(Seconds(i), EventKind::arrival);
  handler.call = [](const Event& event) {
    if (event.time == 3) throw std::range_error("at three");
  };
  try {
    queue.run();
    FAIL() << "nothing was thrown";
  } catch (const std::range_error& error) {
    EXPECT_STREQ(error.what(), "at three");
  }
  EXPECT_EQ(queue.handled(), 3U);
}

TEST(EventQueue, HandlesNothingAfterItWasStopped) {
  EventQueue queue;
  test::AnyEvent handler(queue);
  for (int i = 1; i <= 5; ++i) queue.push(Seconds(i), EventKind::arrival);
  queue.add_timers(EventKind::completion, 1);
  queue.set_timer(EventKind::completion, 0, Seconds(4));
  handler.call = [&](const Event& event) {
    if (event.time != 3) return;
    queue.stop();
    queue.push(Seconds(3.5), EventKind::arrival);
    queue.set_timer(EventKind::completion, 0, Seconds(3.5));
  };
  queue.run();
  EXPECT_EQ(queue.handled(), 3U);
  EXPECT_EQ(queue.now(), Seconds(3));
}

TEST(EventQueueDeathTest, StopsAtAnEventInThePast) {
  EventQueue queue;
  test::AnyEvent handler(queue);
  EXPECT_DEATH(
      {
        queue.push(Seconds(2), EventKind::arrival);
        handler.call = [&](const Event&) { queue.push(Seconds(1), EventKind::arrival); };
        queue.run();
      },
      "an event lies in the past");
}

TEST(EventQueue, AddsTimersWhileOthersRun) {
  EventQueue queue;
  test::AnyEvent handler(queue);
  queue.add_timers(EventKind::die_limit, 2);
  queue.add_timers(EventKind::completion, 3);
  queue.set_timer(EventKind::die_limit, 1, Seconds(2));
  queue.set_timer(EventKind::completion, 2, Seconds(1));
  std::vector<std::tuple<double, EventKind, std::uint32_t>> seen;
  handler.call = [&](const Event& event) {
    seen.emplace_back(event.time, event.kind(), event.target);
    queue.set_timer(event.kind(), event.target, Seconds(WinnerTree<double>::kNever));
    if (event.time != 1) return;
    queue.add_timers(EventKind::completion, 6);
    for (const std::size_t number : {8U, 0U, 2U}) queue.set_timer(EventKind::completion, number, Seconds(2));
  };
  queue.run();
  using enum EventKind;
  EXPECT_EQ(seen,
            (std::vector<std::tuple<double, EventKind, std::uint32_t>>{
                {1, completion, 2}, {2, completion, 0}, {2, completion, 2}, {2, completion, 8}, {2, die_limit, 1}}));
}

/// The hash knows dates, kinds and targets, and nothing of what is pushed and not handled.
TEST(EventQueue, FingerprintsWhatItHandles) {
  const auto hash = [](EventKind kind, double time, std::uint32_t target, bool later) {
    EventQueue queue;
    test::AnyEvent handler(queue);
    handler.call = [&](const Event&) { queue.stop(); };
    queue.push(Seconds(time), kind, target);
    if (later) queue.push(Seconds(100), EventKind::arrival);
    queue.run();
    return queue.fingerprint();
  };
  const auto one = hash(EventKind::arrival, 1, 0, false);
  EXPECT_EQ(one, hash(EventKind::arrival, 1, 0, true));
  EXPECT_NE(one, hash(EventKind::sample, 1, 0, false));
  EXPECT_NE(one, hash(EventKind::arrival, 2, 0, false));
  EXPECT_NE(one, hash(EventKind::arrival, 1, 1, false));
}

TEST(EventKind, HasACodeOfItsOwn) {
  EXPECT_EQ(std::set<int>(kEventCodes.begin(), kEventCodes.end()).size(), kEventKinds);
}

}  // namespace
}  // namespace headroom

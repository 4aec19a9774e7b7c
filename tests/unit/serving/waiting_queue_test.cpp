#include "serving/waiting_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "base/random.hpp"

namespace headroom::test {
namespace {

Sequence numbered(std::uint64_t id) {
  Sequence sequence;
  sequence.request.id = id;
  return sequence;
}

TEST(WaitingQueue, IsAListFromWhichSomeGo) {
  RandomStream random(1, "waiting queue");
  WaitingQueue queue;
  std::deque<std::uint64_t> plain;
  for (std::uint64_t turn = 0; turn < 3000; ++turn) {
    const std::uint64_t what = random.integer(0, 9);
    if (what < 5 || plain.empty()) {
      queue.push_back(numbered(turn));
      plain.push_back(turn);
    } else if (what == 5) {
      queue.push_front(numbered(turn));
      plain.push_front(turn);
    } else {
      std::vector<std::uint32_t> places;
      const bool from_the_front = what < 9;
      for (std::uint32_t i = 0; i < std::min<std::size_t>(plain.size(), 4); ++i)
        if (from_the_front || random.integer(0, 1) == 1) places.push_back(i);
      queue.erase(places);
      for (std::size_t i = places.size(); i-- > 0;) plain.erase(plain.begin() + places[i]);
    }
    ASSERT_TRUE(std::ranges::equal(queue, plain, {}, [](const Sequence& one) { return one.request.id; })) << turn;
    ASSERT_EQ(queue.size(), plain.size());
    if (!plain.empty()) {
      ASSERT_EQ(queue.back().request.id, plain.back());
    }
  }
}

}  // namespace
}  // namespace headroom::test

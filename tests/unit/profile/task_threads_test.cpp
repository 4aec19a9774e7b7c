#include "profile/task_threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace headroom::test {
namespace {

TEST(TaskThreads, DoEachTaskOnce) {
  for (const std::size_t threads : {1U, 3U, 20U}) {
    std::vector<std::atomic<int>> done(10);
    TaskThreads(done.size(), [&](std::size_t i) { ++done[i]; }).run(threads, {});
    for (const auto& one : done) EXPECT_EQ(one, 1);
  }
  TaskThreads(0, {}).run(4, {});
}

TEST(TaskThreads, ThrowWhatATaskThrows) {
  const auto fail_at_two = [](std::size_t i) {
    if (i == 2) throw std::runtime_error("two");
  };
  EXPECT_THROW(TaskThreads(5, fail_at_two).run(2, {}), std::runtime_error);
}

TEST(TaskThreads, EndWhereTheirCallerGivesUp) {
  const auto give_up = [](std::size_t, std::size_t) { throw std::logic_error("enough"); };
  EXPECT_THROW(TaskThreads(1000, [](std::size_t) {}).run(2, give_up), std::logic_error);
  // So many that only giving up ends them.
  EXPECT_THROW(TaskThreads(SIZE_MAX, [](std::size_t) {}).run(2, give_up), std::logic_error);
}

}  // namespace
}  // namespace headroom::test

#include "training/first_fit.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

std::vector<ServerId> servers(std::initializer_list<std::size_t> indices) {
  std::vector<ServerId> ids;
  for (const auto index : indices) ids.emplace_back(index);
  return ids;
}

TEST(FirstFit, GivesTheLowestFreeServers) {
  FirstFit scheduler(servers({5, 3, 9, 7}));
  scheduler.submit(JobId(0), 3);
  const auto start = scheduler.start();
  ASSERT_TRUE(start);
  EXPECT_EQ(start->job, JobId(0));
  EXPECT_EQ(start->servers, servers({3, 5, 7}));
  EXPECT_EQ(scheduler.free_servers(), 1U);
  EXPECT_FALSE(scheduler.start());
}

TEST(FirstFit, AJobWaitsUntilItFitsAndHoldsTheOnesBehind) {
  FirstFit scheduler(servers({0, 1, 2}));
  scheduler.submit(JobId(0), 2);
  scheduler.submit(JobId(1), 2);
  scheduler.submit(JobId(2), 1);
  const auto first = scheduler.start();
  ASSERT_TRUE(first);
  EXPECT_FALSE(scheduler.start());
  EXPECT_EQ(scheduler.waiting(), 2U);
  scheduler.release(first->servers);
  const auto second = scheduler.start();
  const auto third = scheduler.start();
  ASSERT_TRUE(second && third);
  EXPECT_EQ(second->servers, servers({0, 1}));
  EXPECT_EQ(third->servers, servers({2}));
  EXPECT_FALSE(scheduler.start());
}

TEST(FirstFit, FillsHolesThatJobsLeave) {
  FirstFit scheduler(servers({0, 1, 2, 3}));
  for (std::size_t job = 0; job < 4; ++job) scheduler.submit(JobId(job), 1);
  for (int job = 0; job < 4; ++job) ASSERT_TRUE(scheduler.start());
  scheduler.release(servers({2}));
  scheduler.release(servers({0}));
  scheduler.submit(JobId(4), 2);
  EXPECT_EQ(scheduler.start()->servers, servers({0, 2}));
}

TEST(FirstFit, NoJobGetsWhatWasWithdrawn) {
  FirstFit scheduler(servers({0, 1, 2, 3}));
  scheduler.submit(JobId(0), 2);
  const auto first = scheduler.start();
  ASSERT_TRUE(first);
  scheduler.submit(JobId(1), 3);
  scheduler.submit(JobId(2), 2);
  EXPECT_FALSE(scheduler.give_up());
  scheduler.withdraw(servers({1, 2}));
  scheduler.release(first->servers);
  EXPECT_EQ(scheduler.free_servers(), 2U);
  EXPECT_EQ(scheduler.give_up(), JobId(1));
  EXPECT_FALSE(scheduler.give_up());
  EXPECT_EQ(scheduler.start()->servers, servers({0, 3}));
  EXPECT_EQ(scheduler.waiting(), 0U);
}

TEST(FirstFitDeathTest, AJobLargerThanTheClusterIsABug) {
  FirstFit scheduler(servers({0, 1}));
  EXPECT_DEATH(scheduler.submit(JobId(0), 3), "servers that there are");
}

}  // namespace
}  // namespace headroom

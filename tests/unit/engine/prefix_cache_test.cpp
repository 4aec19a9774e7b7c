#include <gtest/gtest.h>

#include <vector>

#include "support/instance_bench.hpp"
#include "support/run_without_simgrid.hpp"
#include "support/small_scenario.hpp"

namespace headroom {
namespace {

ClassTable one_class() {
  ClassTable classes;
  classes.add("", Priority::low);
  return classes;
}

/// Two racks of one server that keeps prefixes; a rack that works for more than a second loses its power.
Scenario two_caches() {
  Scenario s = test::two_tripping_racks("prefix_affinity");
  s.serving->prefix_cache = true;
  return s;
}

TEST(PrefixCacheRun, FollowsTheCacheUntilItIsLostWithItsPower) {
  const Scenario s = two_caches();
  const std::vector<Request> requests{test::request(0, 1.0, 64, 1), test::request(1, 5.0, 64, 1),
                                      test::request(2, 10.0, 64, 1000), test::request(3, 30.0, 64, 1),
                                      test::request(4, 40.0, 64, 1)};
  const std::vector<BlockKey> prompt{1, 2, 3, 4};
  test::RunWithoutSimGrid run(s, one_class(), requests, {}, {16, std::vector(5, prompt)});
  run.run();
  const auto gone = [&](std::size_t i) { return run.fleet.cached_tokens(InstanceId(i), requests[0]) == 0; };
  EXPECT_TRUE(gone(0)) << "nothing is known of a request that is done";
  const Report report = run.report();
  EXPECT_EQ(report.all.completed, 4U);
  EXPECT_EQ(report.all.rejected_by[static_cast<std::size_t>(Rejection::lost)], 1U);
  // Requests 1 and 2 hit what the first left, all but its last block; request 3 comes to the other server, which has
  // nothing, and 4 hits there.
  ASSERT_TRUE(report.prefix_cache);
  EXPECT_EQ(report.prefix_cache->hits.prompt_tokens, 5U * 64);
  EXPECT_EQ(report.prefix_cache->hits.hit_tokens, 3U * 48);
  EXPECT_EQ(report.prefix_cache->cached_tokens, 64U);
  EXPECT_EQ(report.kv_residual, 0);
  for (const Request& request : requests) EXPECT_TRUE(run.prompts.full_blocks(request).empty()) << request.id;
}

TEST(PrefixCacheRun, KeepsNothingOfRequestsThatAreRejected) {
  Scenario s = test::small_scenario();
  s.serving->prefix_cache = true;
  s.serving->max_waiting_requests = 1;
  s.serving->memory.capacity_tokens = 100;
  const std::vector<Request> requests{test::request(0, 1.0, 64, 30), test::request(1, 1.01, 64, 30),
                                      test::request(2, 1.02, 64, 30), test::request(3, 1.03, 640, 1)};
  const std::vector<BlockKey> prompt{1, 2, 3, 4};
  test::RunWithoutSimGrid run(s, one_class(), requests, {}, {16, std::vector(4, prompt)});
  run.run();
  const Report report = run.report();
  EXPECT_EQ(report.all.rejected_by[static_cast<std::size_t>(Rejection::too_long)], 1U);
  EXPECT_EQ(report.all.completed + report.all.rejected, 4U);
  for (const Request& request : requests) EXPECT_TRUE(run.prompts.full_blocks(request).empty()) << request.id;
}

TEST(PrefixCacheRun, SaysNothingOfCachesWhereThereAreNone) {
  const Scenario s = test::small_scenario();
  test::RunWithoutSimGrid run(s, {test::request(0, 1.0, 64, 1)});
  run.run();
  const Report report = run.report();
  EXPECT_FALSE(report.prefix_cache);
  EXPECT_FALSE(report.all.prefix_cache);
}

/// A KV cache that travels on leaves what it shared behind.
TEST(PrefixCacheRun, ServesPromptsThatAreAnsweredElsewhere) {
  Scenario s = test::small_scenario(2);
  s.serving->prefix_cache = true;
  s.serving->pools = {{"prompt", {"all"}, 0.5, ""}, {"token", {}, 0.5, ""}};
  s.policy.router = test::chosen(builtin_routers(), "mixed_pool", {});
  s.network.emplace();
  const std::vector<Request> requests{test::request(0, 1.0, 64, 4), test::request(1, 5.0, 80, 4)};
  test::RunWithoutSimGrid run(s, one_class(), requests, {}, {16, {{1, 2, 3, 4}, {1, 2, 3, 4, 5}}});
  run.run();
  const Report report = run.report();
  EXPECT_EQ(report.all.completed, 2U);
  EXPECT_EQ(report.network->transfers, 2U);
  EXPECT_EQ(report.prefix_cache->hits.hit_tokens, 64U);
  EXPECT_EQ(report.prefix_cache->cached_tokens, 80U) << "at the instance that read them";
  EXPECT_EQ(report.kv_residual, 0);
}

}  // namespace
}  // namespace headroom

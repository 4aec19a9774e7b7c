// Re-shards whose old instances serve on while weights travel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/changing_fleet.hpp"

namespace headroom {
namespace {

using test::deploy;
using test::events_of;
using test::kFour;
using test::kTwo;
using test::member;
using test::requests_at;
using test::ScriptedRun;

/// A part travels for half a second; engines agree in another one.
Scenario with_nvlink(std::uint32_t servers = 1) {
  Scenario s = test::changing_scenario(servers);
  s.serving->start.nvlink_part = Seconds(0.5);
  s.serving->start.sync = Seconds(1);
  return s;
}

void expect_books_to_balance(const Report& report) {
  EXPECT_LT(report.energy_residual, 1e-12);
  EXPECT_EQ(report.requests_residual, 0);
  EXPECT_EQ(report.tokens_residual, 0);
  EXPECT_EQ(report.kv_residual, 0);
}

TEST(LiveReshard, LetsTheOldServeUntilTheNewTakeOver) {
  ScriptedRun run(with_nvlink());
  run.at(2, deploy(0, {member(kFour, 0, 0)}));
  run.look(2.5, [&](const ControlView& view) {
    EXPECT_EQ(run.status(0), Status::up);
    EXPECT_TRUE(view.fleet.is_in_transition(ServerId(0)));
    EXPECT_EQ(view.fleet.members(PoolId(0)).size(), 2U);
  });
  run.look(3.5, [&](const ControlView& view) {
    EXPECT_EQ(run.status(0), Status::gone);
    EXPECT_EQ(run.status(2), Status::up);
    EXPECT_FALSE(view.fleet.is_in_transition(ServerId(0)));
  });
  run.at(10, deploy(0, {member(kTwo, 0, 0), member(kTwo, 0, 2)}));
  run.look(11, [&](const ControlView&) { EXPECT_EQ(run.status(2), Status::up); });
  run.look(12, [&](const ControlView&) { EXPECT_EQ(run.status(3), Status::up); });
  const Report report = run.run(requests_at({2.75, 2.875}, 8));
  // From two halves to four quarters every GPU has what it needs; the other way each lacks one part.
  EXPECT_THAT(events_of(report, "stop"),
              testing::ElementsAre(testing::StartsWith("3 "), testing::StartsWith("3 "), testing::StartsWith("11.5 ")));
  EXPECT_EQ(report.fleet.reshards, 3U);
  EXPECT_EQ(report.all.completed, 2U);
  EXPECT_EQ(run.ends.of.at(0).instance, 2U);  // taken up where the old ones stopped
  EXPECT_GT(report.recomputed_tokens, 0U);
  expect_books_to_balance(report);
}

TEST(LiveReshard, UnderWayAtTheEndLeavesTheOldInPlace) {
  Scenario s = with_nvlink(1);
  s.serving->start.nvlink_part = Seconds(20);
  ScriptedRun run(std::move(s));
  run.at(2, deploy(0, {member(kFour, 0, 0)}));
  run.at(50, deploy(0, {member(kTwo, 0, 0), member(kTwo, 0, 2)}));
  run.look(51, [&](const ControlView& view) { EXPECT_TRUE(view.fleet.is_in_transition(ServerId(0))); });
  const Report report = run.run();
  EXPECT_EQ(report.fleet.reshards, 1U);
  expect_books_to_balance(report);
}

TEST(Held, GpusCountWhetherUsedOrNotUntilTheirServerIsGivenUp) {
  ScriptedRun run(test::changing_scenario(2));
  run.at(10, deploy(1, {}));
  run.at(20, Allot{ServerId(1), std::nullopt});
  run.look(30, [&](const ControlView& view) {
    EXPECT_EQ(view.fleet.server(ServerId(0)).pool, PoolId(0));
    EXPECT_EQ(view.fleet.server(ServerId(1)).pool, std::nullopt);
  });
  const auto expect_drawn = [&](double at, double joules) {
    run.look(at, [&run, at, joules](const ControlView&) {
      EXPECT_NEAR(run.parts->fleet.held_energy(Seconds(at)).value(), joules, 1e-6);
    });
  };
  expect_drawn(15, 4 * 60 * 15 + 4 * (60 * 10 + 50 * 5));
  expect_drawn(40, 4 * 60 * 40 + 4 * (60 * 10 + 50 * 10));
  const Report report = run.run();
  ASSERT_EQ(report.pools.size(), 1U);
  const PoolResult& pool = report.pools.begin()->second;
  EXPECT_NEAR(pool.gpu_hours * 3600, 4 * 60 + 4 * 20, 1e-9);
  // Loaded GPUs draw 60 W, free ones 50 W.
  EXPECT_NEAR(pool.gpu_energy.value(), 4 * 60 * 60 + 4 * (60 * 10 + 50 * 10), 1e-6);
  EXPECT_EQ(report.gpu_energy, pool.gpu_energy);
}

}  // namespace
}  // namespace headroom

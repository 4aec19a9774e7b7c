#include "control/history_keeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/problem.hpp"
#include "support/changing_fleet.hpp"

namespace headroom {
namespace {

std::string table_of(const std::string& rows) {
  const std::string path = testing::TempDir() + "history_keeper_test.csv";
  std::ofstream(path) << "time_s,name,load\n" << rows;
  return path;
}

struct KeptHistory : testing::Test {
  KeptHistory() { s.history.emplace().step = Seconds(10); }
  Scenario s = test::changing_scenario(1);
};

/// A request of 10 prompt tokens every two seconds in the first ten, one in the next.
TEST_F(KeptHistory, HasWhatArrivedInStepsThatAreOver) {
  test::ScriptedRun run(std::move(s));
  std::vector<std::optional<double>> seen;
  run.look(12, [&](const ControlView& view) {
    for (const double at : {0.0, 10.0}) seen.push_back(view.history.tokens(ClassId(0))->mean(Seconds(at)));
  });
  run.look(20, [&](const ControlView& view) { seen.push_back(view.history.tokens(ClassId(0))->mean(Seconds(10))); });
  run.run(test::requests_at({1, 3, 5, 7, 9, 11}, 2));
  EXPECT_EQ(seen, (std::vector<std::optional<double>>{5.0, std::nullopt, 1.0}));
}

/// An idle server of four GPUs draws 340 W.
TEST_F(KeptHistory, HasMeansOfTheSamplesOfANode) {
  s.site.levels.front().budget = Power(2000);
  test::ScriptedRun run(std::move(s));
  std::vector<double> seen;
  run.look(13, [&](const ControlView& view) { EXPECT_EQ(view.history.power(view.site.nodes[0].id), nullptr); });
  run.look(15, [&](const ControlView& view) {
    seen.push_back(*view.history.power(view.site.nodes[0].id)->mean(Seconds(5)));
  });
  run.run();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_NEAR(seen[0], 340, 1e-9);
}

TEST_F(KeptHistory, BeginsWithItsFile) {
  s.history->path = table_of("0,low,7\n86400,low,9\n10,row0,300\n");
  test::ScriptedRun run(std::move(s));
  std::vector<std::optional<double>> seen;
  run.look(1, [&](const ControlView& view) {
    seen.push_back(view.history.tokens(ClassId(0))->mean(Seconds(0)));
    seen.push_back(view.history.power(NodeId(1))->mean(Seconds(10)));
  });
  run.run();
  EXPECT_EQ(seen, (std::vector<std::optional<double>>{8.0, 300.0}));
}

TEST_F(KeptHistory, RefusesNamesOfNothing) {
  s.history->path = table_of("0,low,7\n0,row1,300\n");
  EXPECT_THAT([&] { test::ScriptedRun(std::move(s)).run(); },
              testing::ThrowsMessage<InputError>(testing::HasSubstr("history_keeper_test.csv:3")));
}

}  // namespace
}  // namespace headroom

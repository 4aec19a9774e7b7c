#include "facility/site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace headroom {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

LevelConfig level(const std::string& name, std::uint32_t holds) {
  LevelConfig config;
  config.name = name;
  config.holds = holds;
  return config;
}

std::vector<std::string> paths(const Site& site) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < site.tree().size(); ++i) result.push_back(site.tree().path(NodeId(i)));
  return result;
}

std::vector<std::string> server_paths(const Site& site) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < site.servers(); ++i) result.push_back(site.tree().path(site.server(i)));
  return result;
}

TEST(Site, NamesRowsRacksAndServersByTheirPlace) {
  const Site site({"hall", 4, {level("row", 0), level("rack", 2)}});
  EXPECT_THAT(paths(site), ElementsAre("site", "row0", "row0/rack0", "row0/rack0/server0", "row0/rack0/server1",
                                       "row0/rack1", "row0/rack1/server0", "row0/rack1/server1"));
}

TEST(Site, PutsWhatIsLeftIntoTheLastRack) {
  const Site site({"hall", 5, {level("row", 0), level("rack", 2)}});
  EXPECT_THAT(server_paths(site), ElementsAre("row0/rack0/server0", "row0/rack0/server1", "row0/rack1/server0",
                                              "row0/rack1/server1", "row0/rack2/server0"));
}

TEST(Site, FillsRowByRow) {
  // Rows of two racks of two: 4, 4 and 1 servers.
  const Site site({"hall", 9, {level("row", 2), level("rack", 2)}});
  EXPECT_EQ(site.servers(), 9u);
  EXPECT_THAT(server_paths(site), Contains("row1/rack1/server1"));
  EXPECT_EQ(server_paths(site).back(), "row2/rack0/server0");
  EXPECT_THAT(paths(site), Not(Contains("row2/rack1")));
}

TEST(Site, KnowsTheServersUnderEachNode) {
  const Site site({"hall", 9, {level("row", 2), level("rack", 2)}});
  for (const SiteNode& node : site.nodes())
    for (std::size_t i = 0; i < site.servers(); ++i)
      EXPECT_EQ(site.tree().is_under(site.server(i), node.id),
                i >= node.first_server && i < node.first_server + node.servers)
          << site.tree().path(node.id) << ", server " << i;
}

TEST(Site, MayHoldServersWithoutLevels) {
  EXPECT_THAT(paths(Site({"hall", 2, {}})), ElementsAre("site", "server0", "server1"));
}

TEST(Site, MayHaveMoreRoomThanServers) {
  EXPECT_THAT(paths(Site({"hall", 1, {level("row", 0), level("rack", 4)}})),
              ElementsAre("site", "row0", "row0/rack0", "row0/rack0/server0"));
}

TEST(Site, KnowsTheLevelOfEachNode) {
  LevelConfig row = level("row", 0);
  row.budget = Power(210000);
  const Site site({"hall", 4, {row, level("rack", 2)}});
  EXPECT_EQ(site.nodes().size(), 4u);
  EXPECT_EQ(site.nodes()[0].level, nullptr);
  EXPECT_EQ(site.nodes()[1].level->budget, Power(210000));
  EXPECT_EQ(site.nodes()[3].level->name, "rack");
}

TEST(Site, GivesItsLevelsTheirLosses) {
  LevelConfig ups = level("ups", 0);
  ups.loss = {Power(100), 0.1, 0.0};
  Site site({"hall", 2, {ups, level("row", 0)}});
  for (std::size_t i = 0; i < 2; ++i)
    site.tree().set_power(site.server(i), Power(1000), Seconds(), [](NodeId, Power) {});
  EXPECT_DOUBLE_EQ(site.tree().power(site.nodes()[0].id).value(), 2300);  // 2000 + 100 + 0.1 * 2000
  EXPECT_DOUBLE_EQ(site.tree().power(site.nodes()[2].id).value(), 2000);
}

}  // namespace
}  // namespace headroom

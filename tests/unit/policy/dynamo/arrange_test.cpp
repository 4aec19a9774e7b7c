#include "policy/dynamo/arrange.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

namespace headroom {
namespace {

const Layout four_twos = {{0, 2}, {2, 2}, {4, 2}, {6, 2}};
const Layout two_fours = {{0, 4}, {4, 4}};
const Layout one_eight = {{0, 8}};

TEST(Arrange, ChangesNothingWhereTheWantedStand) {
  const std::vector<Layout> servers = {four_twos, one_eight};
  const auto changes = arrange(servers, std::array<Wanted, 3>{{{2, 4}, {4, 0}, {8, 1}}});
  ASSERT_TRUE(changes);
  EXPECT_TRUE(changes->empty());
}

TEST(Arrange, SplitsOneServerAndKeepsItsRest) {
  const std::vector<Layout> servers = {one_eight, two_fours};
  const auto changes = arrange(servers, std::array<Wanted, 3>{{{2, 2}, {4, 1}, {8, 1}}});
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->size(), 1U);
  EXPECT_EQ(changes->front().server, 1U);
  const Layout& to = changes->front().to;
  EXPECT_EQ(to.size(), 3U);
  EXPECT_NE(std::find_first_of(to.begin(), to.end(), two_fours.begin(), two_fours.end()), to.end());
}

TEST(Arrange, EmptiesOneServerRatherThanTwoForALargeInstance) {
  const std::vector<Layout> servers = {four_twos, four_twos};
  const auto changes = arrange(servers, std::array<Wanted, 2>{{{2, 4}, {8, 1}}});
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->size(), 1U);
  EXPECT_EQ(changes->front().to, one_eight);
}

TEST(Arrange, UsesServersWithoutInstances) {
  const std::vector<Layout> servers = {two_fours, {}};
  const auto changes = arrange(servers, std::array<Wanted, 3>{{{2, 1}, {4, 2}, {8, 0}}});
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->size(), 1U);
  EXPECT_EQ(changes->front().server, 1U);
  EXPECT_EQ(changes->front().to.size(), 1U);
}

TEST(Arrange, EndsWhatIsNoLongerWanted) {
  const std::vector<Layout> servers = {two_fours};
  const auto changes = arrange(servers, std::array<Wanted, 1>{{{4, 1}}});
  ASSERT_TRUE(changes);
  EXPECT_EQ(changes->front().to.size(), 1U);
  const auto none = arrange(servers, std::array<Wanted, 1>{{{8, 0}}});
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->front().to.empty());
}

TEST(Arrange, SaysWhereTheWantedDoNotFit) {
  const std::vector<Layout> servers = {one_eight};
  EXPECT_FALSE(arrange(servers, std::array<Wanted, 2>{{{2, 1}, {8, 1}}}));
  EXPECT_FALSE(arrange({}, std::array<Wanted, 1>{{{8, 1}}}));
}

TEST(Arrange, GivesAlignedDisjointBlocksOfTheWantedNumbers) {
  std::mt19937 draw(20240601);
  for (int trial = 0; trial < 100; ++trial) {
    std::vector<Layout> servers;
    for (int i = 0; i < 4; ++i) servers.push_back(std::array{four_twos, two_fours, one_eight, Layout{}}[draw() % 4]);
    std::array<Wanted, 3> wanted = {{{2, 0}, {4, 0}, {8, 0}}};
    unsigned free = 32;
    for (const std::size_t size : {2U, 1U, 0U}) {
      wanted[size].instances = static_cast<unsigned>(draw()) % (free / wanted[size].gpus + 1);
      free -= wanted[size].instances * wanted[size].gpus;
    }
    const auto changes = arrange(servers, wanted);
    ASSERT_TRUE(changes);
    for (const Resplit& change : *changes) servers[change.server] = change.to;
    std::map<unsigned, unsigned> instances;
    for (const Layout& layout : servers) {
      unsigned next = 0;
      for (const Block& block : layout) {
        EXPECT_GE(block.first, next);
        EXPECT_EQ(block.first % block.gpus, 0U);
        next = block.first + block.gpus;
        ++instances[block.gpus];
      }
      EXPECT_LE(next, 8U);
    }
    for (const Wanted& size : wanted) EXPECT_EQ(instances[size.gpus], size.instances);
  }
}

}  // namespace
}  // namespace headroom

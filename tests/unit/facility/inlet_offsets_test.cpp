#include "facility/inlet_offsets.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

/// Two racks of three servers and a last one of a single server, in one row.
Site three_racks() {
  SiteConfig config;
  config.servers = 7;
  config.levels.resize(2);
  config.levels[0].name = "row";
  config.levels[1].name = "rack";
  config.levels[1].holds = 3;
  return Site(config);
}

OffsetStreams streams() {
  return {RandomStream(1, "test"), RandomStream(1, "test/rows")};
}

TEST(InletOffsets, RiseWithTheHeightInARack) {
  OffsetStreams random = streams();
  const auto offsets = inlet_offsets({Kelvin(0), Kelvin(3)}, three_racks(), random);
  ASSERT_EQ(offsets.size(), 7U);
  const std::vector<double> expected{-1.5, 0, 1.5, -1.5, 0, 1.5, 0};  // alone, it stands in the middle
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_DOUBLE_EQ(offsets[i].value(), expected[i]) << i;
}

TEST(InletOffsets, AreThoseOfTheRack) {
  OffsetStreams random = streams();
  RandomStream same(1, "test");
  const auto offsets = inlet_offsets({Kelvin(2), Kelvin(0)}, three_racks(), random);
  const double first = same.normal(), second = same.normal(), third = same.normal();
  EXPECT_DOUBLE_EQ(offsets[0].value(), 2 * first);
  EXPECT_EQ(offsets[0], offsets[2]);
  EXPECT_DOUBLE_EQ(offsets[3].value(), 2 * second);
  EXPECT_DOUBLE_EQ(offsets[6].value(), 2 * third);
}

/// Values given for two places, over rows of three racks and of one, which stands in the middle.
TEST(InletOffsets, AreThoseOfThePlace) {
  SiteConfig config;
  config.servers = 8;
  config.levels.resize(2);
  config.levels[0].name = "row";
  config.levels[0].holds = 3;
  config.levels[1].name = "rack";
  config.levels[1].holds = 2;
  OffsetStreams random = streams();
  const InletOffsetSpec spec{Kelvin(0), Kelvin(0), Kelvin(0), {Kelvin(-1), Kelvin(3)}, {Kelvin(0), Kelvin(0.5)}};
  const auto offsets = inlet_offsets(spec, Site(config), random);
  const std::vector<double> expected{-1, -0.5, 1, 1.5, 3, 3.5, 1, 1.5};
  ASSERT_EQ(offsets.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_DOUBLE_EQ(offsets[i].value(), expected[i]) << i;
}

TEST(InletOffsets, AreThoseOfTheRow) {
  SiteConfig config;
  config.servers = 4;
  config.levels.resize(2);
  config.levels[0].name = "row";
  config.levels[0].holds = 2;
  config.levels[1].name = "rack";
  config.levels[1].holds = 1;
  OffsetStreams random = streams();
  RandomStream same(1, "test/rows");
  const auto offsets = inlet_offsets({Kelvin(0), Kelvin(0), Kelvin(2)}, Site(config), random);
  const double first = same.normal(), second = same.normal();
  EXPECT_DOUBLE_EQ(offsets[0].value(), 2 * first);
  EXPECT_EQ(offsets[0], offsets[1]);
  EXPECT_DOUBLE_EQ(offsets[2].value(), 2 * second);
}

TEST(InletOffsets, TakeTheSiteForARackWhereItHasNoLevels) {
  SiteConfig config;
  config.servers = 2;
  OffsetStreams random = streams();
  const auto offsets = inlet_offsets({Kelvin(0), Kelvin(2)}, Site(config), random);
  EXPECT_DOUBLE_EQ(offsets[0].value(), -1);
  EXPECT_DOUBLE_EQ(offsets[1].value(), 1);
}

}  // namespace
}  // namespace headroom

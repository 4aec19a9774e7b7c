#include "thermal/heat_series.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

/// Two racks of two servers.
Site two_racks() {
  SiteConfig config;
  config.servers = 4;
  config.levels.emplace_back();
  config.levels.back().name = "rack";
  config.levels.back().holds = 2;
  return Site(config);
}

TEST(HeatSeries, KeepsTheWarmestOfEachRackAndBin) {
  const Site site = two_racks();
  HeatSeries series(site, Seconds(60));
  series.saw(ServerId(0), Celsius(50), Celsius(20));
  series.saw(ServerId(1), Celsius(40), Celsius(21));
  series.saw(ServerId(3), Celsius(60.126), Celsius(22));
  series.updated();
  series.saw(ServerId(0), Celsius(30), Celsius(19));
  series.saw(ServerId(2), Celsius(31), Celsius(18));
  const HeatResult result = series.finish();
  EXPECT_EQ(result.bin, Seconds(60));
  ASSERT_EQ(result.racks.size(), 2u);
  EXPECT_EQ(result.racks[1].path, "rack1");
  EXPECT_EQ(result.racks[0].gpu_c, (std::vector<double>{50, 30}));
  EXPECT_EQ(result.racks[0].inlet_c, (std::vector<double>{21, 19}));
  EXPECT_EQ(result.racks[1].gpu_c, (std::vector<double>{60.13, 31}));
}

TEST(HeatSeries, BinsDoubleWhereThereAreTooMany) {
  const Site site = two_racks();
  HeatSeries series(site, Seconds(1));
  const auto see = [&](int degrees) {
    for (std::size_t i = 0; i < site.servers(); ++i) series.saw(ServerId(i), Celsius(degrees), Celsius(20));
    series.updated();
  };
  for (int i = 0; i < 10'003; ++i) see(i);
  const HeatResult result = series.finish();
  EXPECT_EQ(result.bin, Seconds(2));
  const auto& gpu = result.racks[0].gpu_c;
  ASSERT_EQ(gpu.size(), 5'002u);
  EXPECT_EQ(gpu.front(), 1);
  EXPECT_EQ(gpu[4'999], 9'999);
  EXPECT_EQ(gpu.back(), 10'002);
}

}  // namespace
}  // namespace headroom

#include "facility/prices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/broken_rules.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using ::testing::HasSubstr;

constexpr Energy kKwh{3.6e6};

PriceConfig price_curve(std::vector<PricePoint> points, std::optional<Seconds> repeat = {}) {
  PriceConfig config;
  config.curve.emplace();
  config.curve->points = std::move(points);
  config.curve->repeat = repeat;
  return config;
}

PricePoint carbon_from(double time_s, double carbon) {
  return {Seconds(time_s), carbon, std::nullopt};
}

/// What a run of 1 kW costs that ends at a date.
double carbon_until(const PriceConfig& config, double end_s) {
  Warnings warnings;
  EnergyBill bill(config, "/prices", {}, false, warnings);
  const auto energy = [](Seconds now) { return Power(1000.0) * now; };
  while (bill.next_change() < Seconds(end_s)) bill.change(energy(bill.next_change()));
  bill.finish(energy(Seconds(end_s)));
  return *bill.carbon_kg();
}

TEST(Prices, HoldBetweenPoints) {
  const auto config = price_curve({carbon_from(0, 0.1), carbon_from(3600, 0.5)});
  EXPECT_NEAR(carbon_until(config, 1800), 0.05, 1e-12);
  EXPECT_NEAR(carbon_until(config, 7200), 0.6, 1e-12);
  EXPECT_THAT(test::problem_of([&] { (void)carbon_until(config, 7201); }), HasSubstr("ends at 7200 s"));
}

TEST(Prices, BeginAgain) {
  EXPECT_NEAR(carbon_until(price_curve({carbon_from(0, 0.1), carbon_from(3600, 0.5)}, Seconds(7200.0)), 4 * 3600), 1.2,
              1e-12);
  // a curve that begins later holds its last value before
  EXPECT_NEAR(carbon_until(price_curve({carbon_from(1800, 0.1), carbon_from(3600, 0.5)}, Seconds(3600.0)), 3600),
              0.5 * 0.5 + 0.5 * 0.1, 1e-12);
  EXPECT_NEAR(carbon_until(price_curve({carbon_from(0, 0.3)}, Seconds(60.0)), 3600), 0.3, 1e-12);
}

TEST(Prices, WhatACurveLeavesOutIsConstant) {
  auto config = price_curve({carbon_from(0, 0.1), carbon_from(3600, 0.5)});
  config.cost_usd_per_kwh = 0.2;
  config.carbon_kg_per_kwh = 9;
  Warnings warnings;
  EnergyBill bill(config, "/prices", Seconds(3600.0), false, warnings);
  bill.finish(kKwh);
  EXPECT_NEAR(*bill.carbon_kg(), 0.1, 1e-12);
  EXPECT_NEAR(*bill.cost_usd(), 0.2, 1e-12);
}

/// What is wrong with prices before a run.
std::string rules_of(PriceConfig config) {
  return test::text_of_broken_rules(config, "/prices");
}

TEST(Prices, RefuseWhatACurveDoesNotSay) {
  EXPECT_EQ(rules_of(price_curve({carbon_from(60, 0.1), carbon_from(120, 0.5)})),
            "/prices/curve: begins after the run's start, at 60 s: give repeat_s or a point at 0\n");
  EXPECT_EQ(rules_of(price_curve({carbon_from(0, 0.1)})),
            "/prices/curve: has one point, which says not how long it holds: give more, or repeat_s\n");
  EXPECT_EQ(rules_of(price_curve({carbon_from(0, 0.1), carbon_from(0, 0.5)})),
            "/prices/curve/points/1/time_s: time_s must increase from point to point\n");
  EXPECT_EQ(rules_of(price_curve({carbon_from(0, 0.1), carbon_from(60, 0.5)}, Seconds(60.0))),
            "/prices/curve/repeat_s: must be above the 60 s from the first point to the last\n");
}

TEST(Prices, AreCheckedAgainstAKnownDuration) {
  const PriceConfig config = price_curve({carbon_from(0, 0.1), carbon_from(60, 0.5)});
  std::vector<Problem> problems;
  config.check_reach(Seconds(120.0), Scope(problems, "/prices"));
  EXPECT_TRUE(problems.empty());
  config.check_reach(Seconds(121.0), Scope(problems, "/prices"));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].where, "/prices/curve");
  EXPECT_THAT(problems[0].what, HasSubstr("ends at 120 s"));
}

TEST(Prices, RefuseARunBeyondTheirCurve) {
  const auto problem_until = [](double end_s) {
    Warnings warnings;
    const PriceConfig config = price_curve({carbon_from(0, 0.1), carbon_from(60, 0.5)});
    return test::problem_of([&] { EnergyBill(config, "s.json: /prices", Seconds(end_s), false, warnings); });
  };
  EXPECT_EQ(problem_until(121.0),
            "s.json: /prices/curve: ends at 120 s, before the run does: give more points, or repeat_s");
  EXPECT_EQ(problem_until(120.0), "");
}

std::string read_prices(const std::string& content) {
  const test::TemporaryFolder folder;
  PriceCurveConfig config;
  config.path = folder.write("c.csv", content);
  std::string text;
  Warnings warnings;
  const std::string problem = test::problem_of([&] {
    for (const PricePoint& point : read_price_curve(config, "/prices/curve", warnings).points)
      text += std::to_string(point.time.value()).substr(0, 6) + ' ' +
              std::to_string(point.carbon_kg_per_kwh.value_or(-1)).substr(0, 5) + "; ";
  });
  for (const Warning& warning : warnings) text += '[' + warning.what + ']';
  return problem.empty() ? text : problem.substr(config.path.size());
}

TEST(Prices, PointsAreApartAndNoneIsAbsurd) {
  EXPECT_THAT(rules_of(price_curve({carbon_from(0, 0.1), carbon_from(1e-300, 0.5)})),
              HasSubstr("/prices/curve/points/1/time_s: comes 1e-300 s after"));
  EXPECT_THAT(read_prices("time_s,carbon_kg_per_kwh\n0,0.1\n1e-6,0.5\n"), HasSubstr(":3: comes 1e-06 s after"));
  EXPECT_THAT(read_prices("time_s,cost_usd_per_kwh\n0,1e7\n60,1\n"), HasSubstr("USD per kWh is beyond any market's"));
}

TEST(Prices, ReadFiles) {
  EXPECT_EQ(read_prices("time_s,carbon_kg_per_kwh\n0,0.1\n1800,0.5\n"), "0.0000 0.100; 1800.0 0.500; ");
  EXPECT_EQ(read_prices("carbon_g_per_kwh,zone,datetime\n100,NW,2025-03-01 00:00:00\n500,NW,2025-03-01 00:30:00\n"),
            "0.0000 0.100; 1800.0 0.500; [not used: zone]");
  EXPECT_THAT(read_prices("time_s,carbon_kg_per_kwh\n0,420\n1,2\n"), HasSubstr(":2: carbon of 420 kg per kWh"));
  EXPECT_THAT(read_prices("time_s,carbon_g_per_kwh\n0,0.42\n1,0.3\n"), HasSubstr("looks like kg per kWh"));
  EXPECT_EQ(read_prices("time_s,carbon_g_per_kwh\n0,0\n1,0\n"), "0.0000 0.000; 1.0000 0.000; ");
  EXPECT_EQ(read_prices("time_s,carbon_kg_per_mwh\n0,100\n1800,500\n"), "0.0000 0.100; 1800.0 0.500; ");
  EXPECT_THAT(read_prices("time_s,price_eur_per_mwh\n0,1\n1,2\n"), HasSubstr("need a rate"));
  EXPECT_THAT(read_prices("time,carbon_kg_per_kwh\n0,1\n1,2\n"), HasSubstr("say no unit"));
  EXPECT_THAT(read_prices("time_s,carbon_kg_per_kwh\n0,-1\n1,2\n"), HasSubstr(":2: carbon is negative"));
}

TEST(Prices, HaveTheSameKeysInAllPoints) {
  auto config = price_curve({carbon_from(0, 0.1), {Seconds(60.0), 0.2, 0.05}});
  EXPECT_THAT(rules_of(config), HasSubstr("/prices/curve/points/1: must have cost_usd_per_kwh where"));
  config.curve->points[1] = {Seconds(60.0), std::nullopt, 0.05};
  EXPECT_THAT(rules_of(config), HasSubstr("/prices/curve/points/1: must have carbon_kg_per_kwh where"));
}

TEST(Prices, AreNotInGrams) {
  PriceConfig config;
  config.carbon_kg_per_kwh = 350;
  EXPECT_THAT(rules_of(config), HasSubstr("/prices/carbon_kg_per_kwh: carbon of 350 kg per kWh is above"));
  EXPECT_THAT(rules_of(price_curve({carbon_from(0, 350), carbon_from(60, 0.5)})), HasSubstr("/points/0/carbon"));
}

TEST(Prices, AreAbsentWhereNothingSaysThem) {
  Warnings warnings;
  EnergyBill bill(price_curve({carbon_from(0, 0.1), carbon_from(60, 0.5)}), "/prices", {}, false, warnings);
  bill.finish(kKwh);
  EXPECT_TRUE(bill.carbon_kg());
  EXPECT_FALSE(bill.cost_usd());
}

TEST(Prices, SayWhichDateIsTheStartBesideATrace) {
  const test::TemporaryFolder folder;
  PriceConfig config;
  config.curve.emplace();
  config.curve->path =
      folder.write("c.csv", "time,carbon_kg_per_kwh\n2025-03-01 00:00:00,0.1\n2025-03-02 00:00:00,0.2\n");
  Warnings warnings;
  EnergyBill(config, "/prices", {}, false, warnings);
  EXPECT_TRUE(warnings.empty());
  EnergyBill(config, "/prices", {}, true, warnings);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0].what, HasSubstr("its first date, 2025-03-01 00:00:00, is time 0"));
}

}  // namespace
}  // namespace headroom

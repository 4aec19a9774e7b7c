#include "report/power_facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/problem.hpp"
#include "base/random.hpp"
#include "support/unpacked_series.hpp"

namespace headroom {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Json series(double mean_w, std::size_t bins = 4) {
  return {{"mean_w", std::vector(bins, mean_w)},
          {"max_w", std::vector(bins, mean_w + 1)},
          {"min_w", std::vector(bins, mean_w - 1)}};
}

RunOutput two_rows() {
  RunOutput run;
  run.summary = Json::parse(R"({"simulated_s": 8, "power": {"site": {},
    "row0": {"budget_w": 100, "telemetry_peak_w": 80}, "row1": {"budget_w": 100, "telemetry_peak_w": 90}}})");
  run.resolved = Json::parse(
      R"({"site": {"servers": 4, "levels": [{"name": "row", "holds": 2, "rating_w": 120}, {"name": "rack", "holds": 1}]},
    "policy": {"controllers": [{"kind": "polca", "t1_fraction": 0.8, "brake_fraction": 1}, {"kind": "none"}]},
    "telemetry": {"levels": ["row"]}})");
  run.power = {{"start_s", 0}, {"bin_s", 2}, {"nodes", Json::object()}};
  for (const char* node : {"site", "row0", "row1", "row0/rack0", "row0/rack1", "row1/rack0", "row1/rack1"})
    run.power["nodes"][node] = series(50);
  return run;
}

std::vector<std::string> nodes_of(const Json& charts) {
  std::vector<std::string> nodes;
  for (const Json& chart : charts) nodes.push_back(chart["node"]);
  return nodes;
}

TEST(PowerFacts, ChartsTheTightestFirstAndTheSiteLast) {
  const RunOutput run = two_rows();
  const Json facts = power_facts(run, power_of(run), {});
  EXPECT_THAT(nodes_of(facts["charts"]), ElementsAre("row1", "row0", "site"));
  const Json& row = facts["charts"][0];
  EXPECT_EQ(row["servers"], 2);
  EXPECT_EQ(row["rating_w"], 120.0);
  EXPECT_EQ(row["thresholds"].dump(),
            R"([{"name":"T1","fraction":0.8,"power_w":80.0},{"name":"brake","fraction":1.0,"power_w":100.0}])");
  EXPECT_THAT(test::unpacked(row["max_w"]), ElementsAre(51, 51, 51, 51));
}

TEST(PowerFacts, MapsTheLowestLevel) {
  const RunOutput run = two_rows();
  const Json facts = power_facts(run, power_of(run), {});
  EXPECT_EQ(facts["map"]["nodes"], Json({"row0/rack0", "row0/rack1", "row1/rack0", "row1/rack1"}));
  EXPECT_EQ(facts["map"]["columns"], 4);
}

TEST(PowerFacts, ARunWithoutPowerHasNone) {
  RunOutput run = two_rows();
  run.power = nullptr;
  EXPECT_TRUE(power_facts(run, power_of(run), {}).is_null());
}

TEST(PowerFacts, WiderBinsKeepMeansAndExtremes) {
  const BinnedPower wide = coarser({"row0", {1, 3, 8}, {0, 2, 7}, {2, 9, 8}}, 2);
  EXPECT_THAT(wide.mean_w, ElementsAre(2, 8));
  EXPECT_THAT(wide.min_w, ElementsAre(0, 7));
  EXPECT_THAT(wide.max_w, ElementsAre(9, 8));
}

/// 100 nodes of 10,000 bins, all with a budget: the worst that a run writes by itself.
TEST(PowerFacts, AHundredNodesOfTenThousandBinsStayBelowThreeMegabytes) {
  RandomStream random(1, "power");
  RunOutput run;
  run.summary = {{"power", Json::object()}};
  BinnedRecord record{0, 2, {}};
  for (int node = 0; node < 100; ++node) {
    const std::string name = "row" + std::to_string(node);
    run.summary["power"][name] = {{"budget_w", 1e6}, {"telemetry_peak_w", 9e5}};
    BinnedPower& one = record.nodes.emplace_back(BinnedPower{name, {}, {}, {}});
    double power = 5e5;
    for (int bin = 0; bin < 10'000; ++bin) {
      power += 2e4 * (random.uniform() - 0.5);
      one.mean_w.push_back(power);
      one.min_w.push_back(power - 1e4 * random.uniform());
      one.max_w.push_back(power + 1e4 * random.uniform());
    }
  }
  EXPECT_LT(power_facts(run, record, {}).dump().size(), 3'000'000U);
}

TEST(PowerFacts, RefusesWhatIsNoSeries) {
  RunOutput run = two_rows();
  run.folder = "out";
  run.power["nodes"]["row0"]["min_w"] = "much";
  try {
    (void)power_of(run);
    FAIL() << "taken";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("out/power.json: /nodes/row0/min_w"));
  }
  run = two_rows();
  run.power["nodes"]["row1"] = series(50, 3);
  EXPECT_THROW((void)power_of(run), InputError);
}

}  // namespace
}  // namespace headroom

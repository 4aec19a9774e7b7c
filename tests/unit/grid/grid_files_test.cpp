#include "grid/grid_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/problem.hpp"
#include "support/power_traces.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using ::testing::HasSubstr;

TEST(GridFiles, KeepEverySampleBitForBit) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> power(0, 2e8);
  std::vector<GridNode> nodes = {{"site", test::sampled(60, [&](double) { return power(random); })},
                                 {"row0/rack1", test::sampled(1, [](double) { return 0.1; })}};
  nodes[1].trace.start = Seconds(30.02);
  const test::TemporaryFolder folder;
  write_grid(nodes, folder.path("grid.json"));
  const auto read = read_grid(folder.path("grid.json"));
  ASSERT_EQ(read.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read[i].path, nodes[i].path);
    EXPECT_EQ(read[i].trace.start, nodes[i].trace.start);
    EXPECT_EQ(read[i].trace.sample, nodes[i].trace.sample);
    EXPECT_EQ(read[i].trace.power_w, nodes[i].trace.power_w);
  }
}

TEST(GridFiles, RefuseWhatIsNoTrace) {
  const test::TemporaryFolder folder;
  const auto problem = [&](const char* content) {
    return test::problem_of([&] { (void)read_grid(folder.write("grid.json", content)); });
  };
  EXPECT_THAT(problem("[]"), HasSubstr("grid.json: must hold a JSON object"));
  EXPECT_THAT(problem("{}"), HasSubstr("grid.json: /format: missing"));
  EXPECT_THAT(problem(R"({"format": 2, "nodes": {}})"), HasSubstr("grid.json: /format: must be 1"));
  EXPECT_THAT(problem(R"({"format": 1})"), HasSubstr("grid.json: /nodes: missing"));
  EXPECT_THAT(problem(R"({"format": 1, "nodes": {"a/b": {"start_s": 0, "sample_s": 0}}})"),
              HasSubstr("grid.json: /nodes/a~1b/sample_s: must be from 1e-06 to 1000000000"));
  EXPECT_THAT(problem(R"({"format": 1, "nodes": {"a": {"start_s": 0, "sample_s": 0.02, "power_w": [1, null]}}})"),
              HasSubstr("grid.json: /nodes/a/power_w/1: must be a finite number"));
}

TEST(GridFiles, SummaryHasTheVerdictsOfASpecification) {
  GridConfig config;
  config.spec = GridSpec();
  config.spec->name = "range";
  config.spec->dynamic_range = Power(100);
  const std::vector<GridNode> nodes = {{"site", test::square(0, 250, 2, 1)}};
  const Json json = grid_json(check_grid(nodes, config)).at("site");
  EXPECT_EQ(json.at("spec"), "range");
  EXPECT_EQ(json.at("passed"), false);
  EXPECT_EQ(json.at("verdicts").dump(),
            R"({"dynamic_range_w":{"limit":100.0,"value":250.0,"margin":-150.0,"passed":false,"testable":true}})");
  EXPECT_FALSE(grid_json(check_grid(nodes, GridConfig())).at("site").contains("spec"));
}

TEST(GridFiles, SpectrumHasAFrequencyForEveryBin) {
  const std::vector<GridNode> nodes = {{"site", test::sine(1e3, 100, 2.0)}};
  const test::TemporaryFolder folder;
  write_spectrum(check_grid(nodes, GridConfig()), folder.path("spectrum.json"));
  const Json site = parse_json_file(folder.path("spectrum.json")).at("nodes").at("site");
  EXPECT_EQ(site.at("frequency_hz").size(), 5001u);
  EXPECT_NEAR(site.at("frequency_hz")[400].get<double>(), 2.0, 1e-12);
  EXPECT_NEAR(site.at("amplitude_w")[400].get<double>(), 100, 1e-3);
  EXPECT_EQ(site.at("psd_w2_per_hz").size(), 5001u);
}

}  // namespace
}  // namespace headroom

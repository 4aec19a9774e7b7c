#include "grid/grid_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/config_fixtures.hpp"

namespace headroom {
namespace {

/// Reads a section and checks it; all problems, one a line, or nothing.
std::string problems_of(const std::string& section) {
  const test::ConfigTest test;
  test.write("main.json", section);
  GridConfig config;
  std::vector<Problem> problems;
  const Document document = test.document("main.json");
  read_config(document, slot_of(config), problems);
  if (problems.empty()) config.check_sampling(Scope(problems, document.where("")));
  std::string text;
  for (const auto& [where, what] : problems) text += where.substr(where.find(": ") + 2) + ": " + what + "\n";
  return text;
}

TEST(GridConfig, HasDefaultsThatAreFine) {
  EXPECT_EQ(problems_of("{}"), "");
  EXPECT_EQ(problems_of(R"({"spec": {"name": "a", "dynamic_range_w": 1e6}})"), "");
}

TEST(GridConfig, RefusesAnEmptyBand) {
  EXPECT_EQ(problems_of(R"({"band": {"from_hz": 3, "to_hz": 3}})"),
            "/band: is empty: from_hz (3) must be below to_hz (3)\n");
  EXPECT_EQ(problems_of(R"({"spec": {"name": "a", "dynamic_range_w": 1, "band": {"from_hz": 9, "to_hz": 3}}})"),
            "/spec/band: is empty: from_hz (9) must be below to_hz (3)\n");
  EXPECT_EQ(problems_of(R"({"band": {"from_hz": 0}})"),
            "/band/from_hz: must be at least 1e-06 and at most 1000, not 0\n");
}

TEST(GridConfig, RefusesLimitsOfZeroAndBelow) {
  for (const char* limit : {"ramp_up_w_per_s", "ramp_down_w_per_s", "dynamic_range_w", "in_band_bin_w", "horizon_s"}) {
    EXPECT_THAT(problems_of(R"({"spec": {"name": "a", ")" + std::string(limit) + R"(": 0}})"),
                ::testing::StartsWith("/spec/" + std::string(limit) + ": must be at least "));
  }
  EXPECT_EQ(problems_of(R"({"spec": {"name": "a", "in_band_energy_fraction": 1.5}})"),
            "/spec/in_band_energy_fraction: must be above 0 and at most 1, not 1.5\n");
}

TEST(GridConfig, RefusesASpecificationWithoutLimits) {
  EXPECT_EQ(problems_of(R"({"spec": {"name": "a"}})"), "/spec: must have at least one limit\n");
}

TEST(GridConfig, SamplesFastEnoughForTheBand) {
  EXPECT_EQ(problems_of(R"({"sample_s": 0.05})"), "/sample_s: must be at least 0.001 and at most 0.02, not 0.05\n");
  EXPECT_EQ(problems_of(R"({"band": {"to_hz": 40}})"),
            "/sample_s: must be at most 0.01 for a band up to 40 Hz, not 0.02\n");
  EXPECT_EQ(problems_of(R"({"sample_s": 0.01, "band": {"to_hz": 40}})"), "");
  EXPECT_EQ(problems_of(R"({"spec": {"name": "a", "in_band_bin_w": 1, "band": {"to_hz": 40}}})"),
            "/sample_s: must be at most 0.01 for a band up to 40 Hz, not 0.02\n");
}

TEST(GridConfig, MeasuresRampsOverASampleOrMore) {
  EXPECT_EQ(problems_of(R"({"spec": {"name": "a", "ramp_up_w_per_s": 1, "horizon_s": 0.01}})"),
            "/spec/horizon_s: must be at least sample_s (0.02)\n");
}

TEST(GridConfig, WatchesANode) {
  EXPECT_EQ(problems_of(R"({"nodes": []})"), "/nodes: must name a node\n");
}

TEST(GridSpec, IsReadByNameOrPath) {
  const test::ConfigTest test;
  test.write("configs/spec/tight.json", R"({"name": "tight", "dynamic_range_w": 5})");
  EXPECT_EQ(load_spec("tight", test.folders, "--spec").dynamic_range, Power(5));
  EXPECT_EQ(load_spec(test.files.path("configs/spec/tight.json"), test.folders, "--spec").name, "tight");
  test.write("main.json", R"({"spec": "tight"})");
  GridConfig config;
  read_config(test.document("main.json"), config);
  EXPECT_EQ(config.spec.value().name, "tight");
  EXPECT_THROW((void)load_spec("tigth", test.folders, "--spec"), InputError);
}

}  // namespace
}  // namespace headroom

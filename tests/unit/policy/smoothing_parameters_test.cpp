#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/reader.hpp"
#include "config/rules.hpp"
#include "support/config_fixtures.hpp"
#include "support/smoothing_driver.hpp"

namespace headroom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Everything that is wrong with the parameters, as "pointer what".
std::vector<std::string> problems(std::string_view kind, std::map<std::string, double> numbers) {
  auto stage = test::chosen(builtin_smoothers(), kind, std::move(numbers));
  PolicyContext context;
  context.gpu_tdp = Power(test::kTdp);
  std::vector<Problem> problems = broken_rules(slot_of(stage), "/s");
  stage.value->check_in(context, Scope(problems, "/s"));
  std::vector<std::string> words;
  for (const auto& problem : problems) words.push_back(problem.where + " " + problem.what);
  return words;
}

TEST(SmootherParameters, TakesTheDefaults) {
  EXPECT_THAT(problems("gpu_power_smoothing", {}), IsEmpty());
  EXPECT_THAT(problems("power_cap", {{"cap_w", 700}}), IsEmpty());
  EXPECT_THAT(problems("firefly", {}), IsEmpty());
  EXPECT_THAT(problems("rack_storage", {}), IsEmpty());
}

TEST(SmootherParameters, RefusesACapAboveTdp) {
  EXPECT_THAT(problems("power_cap", {{"cap_w", 1001}}), ElementsAre("/s/cap_w must not be above the TDP of the GPU"));
}

TEST(SmootherParameters, RefusesALoadThatNeverRestsOrLiesBelowItsThreshold) {
  EXPECT_THAT(problems("firefly", {{"counter_period_s", 0.01}}),
              ElementsAre("/s/counter_duration_s must be below counter_period_s"));
  EXPECT_THAT(problems("firefly", {{"target_fraction", 0.6}}),
              ElementsAre("/s/target_fraction must not be below threshold_fraction"));
}

TEST(SmootherParameters, RefusesAStorageWithoutRoom) {
  EXPECT_THAT(problems("rack_storage", {{"tick_s", 2}}), ElementsAre("/s/tick_s must be at most a tenth of window_s"));
  EXPECT_THAT(problems("rack_storage", {{"low_charge_fraction", 0.9}}),
              ElementsAre("/s/low_charge_fraction must be below high_charge_fraction"));
  EXPECT_THAT(problems("rack_storage", {{"target_charge_fraction", 0.95}}),
              ElementsAre("/s/target_charge_fraction must lie between low_charge_fraction and high_charge_fraction"));
}

/// Whether the reader refuses a value for its range.
bool refused(std::string_view kind, const std::string& key, const std::string& value) {
  const test::ConfigTest config;
  config.write("main.json", "{\"" + key + "\": " + value + "}");
  const auto stage = test::chosen(builtin_smoothers(), kind, {});
  const std::string problem = test::problem_of([&] { read_config(config.document("main.json"), *stage.value); });
  return problem.find("/" + key) != std::string::npos;
}

TEST(SmootherParameters, RefusesWhatCannotBe) {
  EXPECT_TRUE(refused("gpu_power_smoothing", "floor_fraction", "0.91"));
  EXPECT_FALSE(refused("gpu_power_smoothing", "floor_fraction", "0.9"));
  EXPECT_TRUE(refused("gpu_power_smoothing", "ramp_up_w_per_s", "0"));
  EXPECT_TRUE(refused("gpu_power_smoothing", "ramp_down_w_per_s", "-1"));
  EXPECT_TRUE(refused("rack_storage", "capacity_j_per_gpu", "0"));
  EXPECT_TRUE(refused("rack_storage", "charge_w_per_gpu", "0"));
  EXPECT_TRUE(refused("firefly", "slowdown_fraction", "0.05"));
  EXPECT_TRUE(refused("firefly", "poll_s", "0.2"));
  EXPECT_TRUE(refused("power_cap", "cap_w", "0"));
}

}  // namespace
}  // namespace headroom

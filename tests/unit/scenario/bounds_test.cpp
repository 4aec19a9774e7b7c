#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/memory_estimate.hpp"
#include "config/json.hpp"
#include "config/schema.hpp"
#include "scenario/proportion_check.hpp"
#include "scenario/scenario.hpp"
#include "support/broken_rules.hpp"
#include "support/small_scenario.hpp"

namespace headroom {
namespace {

/// The numbers below a schema that have no lower or no upper bound, by pointer.
void collect_unbounded(const Json& schema, const std::string& pointer, std::vector<std::string>& found) {
  if (!schema.is_structured()) return;
  if (schema.is_object() && (schema.value("type", Json()) == "number" || schema.value("type", Json()) == "integer")) {
    const bool has_low = schema.contains("minimum") || schema.contains("exclusiveMinimum");
    if (!has_low || !schema.contains("maximum")) found.push_back(pointer);
  }
  for (const auto& [key, child] : schema.items()) collect_unbounded(child, pointer + "/" + key, found);
}

TEST(Bounds, AreThereForEveryNumberOfAScenarioButSeeds) {
  Scenario scenario;
  std::vector<std::string> unbounded;
  collect_unbounded(Json::parse(json_schema("scenario", slot_of(scenario))), "", unbounded);
  EXPECT_EQ(unbounded,
            (std::vector<std::string>{"/properties/seed", "/properties/model_draw",
                                      "/properties/workload/properties/vms/properties/seed",
                                      "/properties/foresight/properties/seed", "/properties/profile/properties/seed"}));
}

TEST(Proportions, LevelsAreCountedWithoutOverflow) {
  Scenario scenario = test::small_scenario(4);
  for (const char* name : {"a", "b", "c", "d"}) {
    LevelConfig level;
    level.name = name;
    level.holds = 65536;
    scenario.site.levels.push_back(level);
  }
  EXPECT_EQ(nodes_by_level(scenario.site), (std::vector<std::size_t>{2, 3, 4, 4, 4}));
  EXPECT_EQ(Site(scenario.site).nodes().size(), 6U);
}

TEST(Proportions, ALevelLosesNoMoreThanItPassesOn) {
  Scenario scenario = test::small_scenario(4);
  scenario.site.levels[0].loss.quadratic_per_w = 1.0;
  EXPECT_NE(test::text_of_broken_rules(scenario).find("/site/levels/0/loss: is more than what it passes on"),
            std::string::npos);
}

TEST(Proportions, StepsTakeATimeThatARunCanSee) {
  Scenario scenario = test::small_scenario(4);
  scenario.serving->stack.gpus["default"].layer_latency = Seconds();
  scenario.hardware.gpu.memory_bytes_per_s = scenario.hardware.gpu.fp16_flops_per_s = 1e21;
  std::vector<Problem> problems;
  check_steps(scenario, Scope(problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_TRUE(problems[0].what.starts_with("a decode step of one sequence would take"));
}

TEST(Memory, NamesTheLargestParts) {
  Scenario scenario = test::small_scenario(4);
  scenario.serving->max_waiting_requests = 1'000'000;
  EXPECT_EQ(memory_of(scenario).front().what,
            "requests that wait, /serving/max_waiting_requests (4 instances x 1,000,000 requests)");
  try {
    check_memory(scenario, 100, "s.json");
    ADD_FAILURE() << "was not refused";
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().front().where, "s.json");
    EXPECT_NE(error.problems().front().what.find("(--max-memory): "), std::string::npos);
  }
  EXPECT_NO_THROW(check_memory(scenario, 1e6, "s.json"));
}

}  // namespace
}  // namespace headroom

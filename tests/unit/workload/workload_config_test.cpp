#include "workload/workload_config.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/broken_rules.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::chosen;

SyntheticClassConfig class_named(const std::string& name, double share) {
  SyntheticClassConfig entry;
  entry.name = name;
  entry.share = share;
  entry.input = chosen(length_kinds(), "fixed", {{"tokens", 100}});
  entry.output = chosen(length_kinds(), "fixed", {{"tokens", 10}});
  return entry;
}

WorkloadConfig synthetic_config() {
  WorkloadConfig config;
  config.synthetic.emplace();
  config.synthetic->rate_per_s = 5.0;
  config.synthetic->classes.push_back(class_named("", 1.0));
  return config;
}

/// All problems, one per line.
std::string problems_of(WorkloadConfig& config) {
  return test::text_of_broken_rules(config, "/workload");
}

TEST(WorkloadConfig, AcceptsATraceOrAGenerator) {
  WorkloadConfig trace;
  trace.trace.emplace();
  trace.trace->path = "trace.csv";
  EXPECT_EQ(problems_of(trace), "");
  WorkloadConfig synthetic = synthetic_config();
  EXPECT_EQ(problems_of(synthetic), "");
}

TEST(WorkloadConfig, WantsAtMostOneOfThem) {
  WorkloadConfig none;
  EXPECT_EQ(problems_of(none), "");
  WorkloadConfig both = synthetic_config();
  both.trace.emplace();
  both.trace->path = "trace.csv";
  EXPECT_EQ(problems_of(both), "/workload: must have either trace or synthetic\n");
}

TEST(WorkloadConfig, WantsAPathARateAndAClass) {
  WorkloadConfig trace;
  trace.trace.emplace();
  EXPECT_EQ(problems_of(trace), "/workload/trace/path: must not be empty\n");
  WorkloadConfig empty;
  empty.synthetic.emplace();
  EXPECT_EQ(problems_of(empty),
            "/workload/synthetic/classes: must have at least one class, unless lengths are given\n");
}

TEST(WorkloadConfig, ReportsEveryProblemOfTheClasses) {
  WorkloadConfig config = synthetic_config();
  config.synthetic->classes.push_back(class_named("a,b", 0.5));
  config.synthetic->classes.push_back(class_named("chat", 0.25));
  config.synthetic->classes.push_back(class_named("chat", 0.25));
  config.synthetic->classes[3].output = no_length();
  EXPECT_EQ(problems_of(config),
            "/workload/synthetic/classes/1/name: may hold letters, digits, underscore, point and hyphen only\n"
            "/workload/synthetic/classes/3/output: must be given\n"
            "/workload/synthetic/classes/0/name: must be given where there are several classes\n"
            "/workload/synthetic/classes/3/name: another class is already called \"chat\"\n"
            "/workload/synthetic/classes: the shares must add up to 1, but add up to 2.000000\n");
}

TEST(WorkloadConfig, RefusesClassesThatAreCalledLikeAPriority) {
  WorkloadConfig config = synthetic_config();
  for (const char* name : {"high", "low", "all"}) {
    config.synthetic->classes[0].name = name;
    EXPECT_EQ(problems_of(config), "/workload/synthetic/classes/0/name: \"" + std::string(name) +
                                       "\" is a priority or means all requests, no class may be called so\n");
  }
  config.synthetic->classes[0].name = "highest";
  EXPECT_EQ(problems_of(config), "");
}

TEST(WorkloadConfig, ChecksLengths) {
  WorkloadConfig config = synthetic_config();
  auto& entry = config.synthetic->classes[0];
  entry.input = chosen(length_kinds(), "uniform", {{"min_tokens", 20}, {"max_tokens", 10}});
  entry.output = chosen(length_kinds(), "empirical", {});
  EXPECT_EQ(problems_of(config),
            "/workload/synthetic/classes/0/input/max_tokens: must not be below min_tokens\n"
            "/workload/synthetic/classes/0/output: must have either points or path\n");
}

TEST(WorkloadConfig, ChecksTheRateCurve) {
  WorkloadConfig config = synthetic_config();
  config.synthetic->rate_curve.emplace();
  EXPECT_EQ(problems_of(config), "/workload/synthetic/rate_curve: must have either path or values\n");
  config.synthetic->rate_curve->values = {0.0, 0.0};
  EXPECT_EQ(
      problems_of(config),
      "/workload/synthetic/rate_curve/step_s: must be at least 0.001\n"
      "/workload/synthetic/rate_curve/values: the rates must lie between 0 and 1e9, and one must be at least 1e-9\n");
  config.synthetic->rate_curve->values = {1.0, 2.0};
  config.synthetic->rate_curve->step = Seconds(1e-9);
  EXPECT_EQ(problems_of(config), "/workload/synthetic/rate_curve/step_s: must be at least 0.001\n");
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/problem.hpp"
#include "registry/day_plan.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

std::string published_load() {
  const auto folder = test::data_folder();
  return folder.empty() ? "" : (folder / "murakkab" / "load_per_minute.csv").string();
}

WorkflowRegistry murakkab(std::vector<std::string> sets = {}) {
  return load_registry("murakkab", ConfigFolders({"configs"}), sets);
}

/// On the load of the paper, which is no part of the project.
WorkflowRegistry published() {
  const std::string file = R"({"path": ")" + published_load() + R"(", "column": ")";
  return murakkab({"/workflows/video_qa/load=" + file + R"(chat_per_min"})",
                   "/workflows/code_generation/load=" + file + R"(coding_per_min"})"});
}

constexpr const char* kNoLoad = "the load of the paper is not at ../shared/data or $HEADROOM_DATA";

std::string refusal(const std::vector<std::string>& sets) {
  try {
    const WorkflowRegistry registry = murakkab(sets);
    static_cast<void>(joint_day(registry, RegistryDay(registry)));
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Murakkab, ChoosesTheConfigurationsOfTable5) {
  struct Published {
    SloKind kind;
    const char *configuration, *point;
    double usd;
  };
  const std::vector<Published> table = {
      {SloKind::accuracy, "Gemma-3-27B F10 STT", "Gemma-3-27B on 4 A100 at 700/s", 0.004459},
      {SloKind::accuracy, "Gemma-3-27B F5 STT", "Gemma-3-27B on 4 A100 at 700/s", 0.003517},
      {SloKind::accuracy, "NVLM-D-72B F5 STT", "NVLM-D-72B on 4 A100 at 325/s", 0.002298},
      {SloKind::accuracy, "Llava-OneVision-7B F5 STT", "Llava-OneVision-7B on 4 A100 at 2244/s", 0.001228},
      {SloKind::latency, "Llava-OneVision-7B F1 STT", "Llava-OneVision-7B on 4 H100 at 479/s", 0.007047},
      {SloKind::latency, "Llava-OneVision-7B F1 STT", "Llava-OneVision-7B on 4 A100 at 926/s", 0.001017},
      {SloKind::latency, "Llava-OneVision-7B F1 STT", "Llava-OneVision-7B on 4 A100 at 2244/s", 0.000419},
      {SloKind::latency, "Llava-OneVision-7B F1 STT", "Llava-OneVision-7B on 4 A100 at 2244/s", 0.000419}};
  const WorkflowRegistry registry = murakkab();
  for (std::size_t i = 0; i < table.size(); ++i) {
    const SloBound bound{&registry.workflows.at("video_qa"), table[i].kind, static_cast<SloTier>(i % kSloTiers)};
    const auto option = best_option(registry, bound);
    ASSERT_TRUE(option);
    EXPECT_EQ(option->configuration->name(), table[i].configuration);
    EXPECT_EQ(option->point->name(), table[i].point);
    EXPECT_NEAR(cost_of_request(registry, *option, PlanObjective::cost), table[i].usd, 5.1e-7);
  }
}

TEST(Murakkab, SizesTheStaticDeploymentAsPublished) {
  if (published_load().empty()) GTEST_SKIP() << kNoLoad;
  const WorkflowRegistry registry = published();
  const DayPlan plan = static_day(registry, RegistryDay(registry));
  EXPECT_EQ(plan.peak_gpus, 643 * 4);
  EXPECT_NEAR(plan.usd, 211'727, 0.5);
}

TEST(Murakkab, ScalesTheSameByTheHour) {
  if (published_load().empty()) GTEST_SKIP() << kNoLoad;
  const WorkflowRegistry registry = published();
  const DayPlan plan = autoscaled_day(registry, RegistryDay(registry));
  EXPECT_EQ(plan.peak_gpus, 2604);
  EXPECT_DOUBLE_EQ(plan.mean_gpus, 1354.5);
  EXPECT_NEAR(plan.usd, 111'502, 0.5);
}

TEST(Murakkab, FindsTheBestPlanOfAnEpoch) {
  if (published_load().empty()) GTEST_SKIP() << kNoLoad;
  const WorkflowRegistry registry = published();
  const auto demands = demands_of(registry, RegistryDay(registry), 11);
  std::vector<double> asked;
  for (const SloDemand& demand : demands) asked.push_back(demand.requests_per_s);
  const std::vector<double> expected = {66.0333, 28.3, 43.3533, 18.58};
  ASSERT_EQ(asked.size(), expected.size());
  for (std::size_t i = 0; i < asked.size(); ++i) EXPECT_NEAR(asked[i], expected[i], 5e-5);
  const EpochPlan plan = plan_epoch(registry, demands, "hour 11");
  EXPECT_NEAR(plan.usd_per_h(registry), 7836.40, 0.005);
  EXPECT_TRUE(plan.proven);
  for (std::size_t m = 0; m < registry.points.size(); ++m) {
    const std::string name = registry.points[m].name();
    EXPECT_EQ(plan.instances[m], name == "Gemma-3-27B on 4 A100 at 700/s"          ? 455
                                 : name == "Llava-OneVision-7B on 4 A100 at 926/s" ? 5
                                 : name == "Phi-4 on 2 H100 at 1036/s"             ? 62
                                                                                   : 0)
        << name;
  }
}

TEST(Murakkab, OrdersPoliciesAsPublished) {
  if (published_load().empty()) GTEST_SKIP() << kNoLoad;
  const WorkflowRegistry registry = published();
  const RegistryDay day(registry);
  const DayPlan fixed = static_day(registry, day), scaled = autoscaled_day(registry, day),
                apart = separate_day(registry, day), joint = joint_day(registry, day);
  EXPECT_NEAR(joint.usd, 97'162, 0.5);
  EXPECT_GT(fixed.usd, scaled.usd);
  EXPECT_GT(scaled.usd, apart.usd);
  EXPECT_GE(apart.usd, joint.usd);
  EXPECT_GT(fixed.energy, scaled.energy);
  EXPECT_GT(scaled.energy, apart.energy);
  EXPECT_GE(fixed.usd / apart.usd, 2);
  EXPECT_EQ(joint.accuracy_within, 1);
  EXPECT_EQ(joint.median_latency_within, 1);
  EXPECT_LT(fixed.latency_within, 0.01);
}

/// Everything that is asked for is served, by instances that are there.
TEST(Murakkab, PlansConserveRequestsAndDollars) {
  const WorkflowRegistry registry = murakkab();
  const RegistryDay day(registry);
  const DayPlan plan = joint_day(registry, day);
  double usd = 0;
  for (std::size_t e = 0; e < plan.epochs.size(); ++e) {
    const EpochPlan& epoch = plan.epochs[e];
    usd += epoch.usd_per_h(registry);
    std::vector<double> takes(registry.points.size());
    for (std::size_t d = 0; d < epoch.routes.size(); ++d) {
      double sum = 0;
      for (const RoutedPart& part : epoch.routes[d]) {
        sum += part.fraction;
        takes[part.option.point_number] +=
            plan.demands[e][d].requests_per_s * part.fraction * part.option.configuration->tokens_p90;
      }
      EXPECT_NEAR(sum, 1, 1e-5);
    }
    for (std::size_t m = 0; m < takes.size(); ++m)
      EXPECT_LE(takes[m], epoch.instances[m] * registry.points[m].tokens_per_s * (1 + 1e-5) + 1e-3);
  }
  EXPECT_DOUBLE_EQ(usd, plan.usd);
}

TEST(Murakkab, ServesWhatItCanOnFewGpus) {
  const std::vector<std::string> few = {"/gpus/A100/most_gpus=400", "/gpus/H100/most_gpus=40"};
  EXPECT_NE(refusal(few).find("/gpus: too few for minutes "), std::string::npos) << refusal(few);
  std::vector<std::string> sets = few;
  sets.emplace_back("/on_shortage=serve_most");
  const WorkflowRegistry registry = murakkab(sets);
  const DayPlan plan = joint_day(registry, RegistryDay(registry));
  EXPECT_LE(plan.peak_gpus, 440);
  EXPECT_LT(plan.accuracy_within, 1);
  EXPECT_GT(plan.accuracy_within, 0.3);
}

TEST(Murakkab, ForecastsByTheMeanOfEpochsBefore) {
  const std::string load = R"({"values": [60, 120, 120], "step_min": 60})";
  const WorkflowRegistry registry =
      murakkab({"/workflows/video_qa/load=" + load, "/workflows/code_generation/load=" + load, "/forecast=ewma"});
  const RegistryDay day(registry);
  EXPECT_DOUBLE_EQ(day.forecast(0, 0), day.peak(0, 0));
  EXPECT_DOUBLE_EQ(day.forecast(0, 2), 0.5 * day.peak(0, 1) + 0.5 * day.forecast(0, 1));
}

TEST(Murakkab, RefusesWhatCannotBe) {
  const auto says = [](const std::vector<std::string>& sets, const std::string& what) {
    EXPECT_NE(refusal(sets).find(what), std::string::npos) << refusal(sets);
  };
  says({"/workflows/video_qa/accuracy_tiers_percent/1=70"}, "the closest, Gemma-3-27B F10 STT, has 66.2 %");
  says({"/workflows/code_generation/latency_tiers_s/1=11.3"}, "the closest, Phi-4 D2 R2");
  says({"/workflows/video_qa/slos/0/fraction=0.5"}, "/workflows/video_qa/slos: the fractions sum to 0.8, not to 1");
  says({"/workflows/video_qa/configurations/0/llm=Unknown-7B"}, "no operating point of /points is of \"Unknown-7B\"");
  says({"/alpha_ratio=0.9"}, "/alpha_ratio");
  says({"/epoch_min=7"}, "are not whole epochs of 7");
}

TEST(Murakkab, WarnsOfEpochsInWhichNothingStarts) {
  EXPECT_TRUE(registry_warnings(murakkab()).empty());
  ASSERT_EQ(registry_warnings(murakkab({"/epoch_min=10"})).size(), 1U);
}

}  // namespace
}  // namespace headroom

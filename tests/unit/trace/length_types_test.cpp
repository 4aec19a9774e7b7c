#include "trace/length_types.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/broken_rules.hpp"
#include "support/workload_fixtures.hpp"
#include "trace/trace_statistics.hpp"
#include "workload/make_source.hpp"

namespace headroom {
namespace {

using Thresholds = std::vector<std::uint32_t>;

std::string type_of(const LengthTypes& types, std::uint32_t input_tokens, std::uint32_t output_tokens) {
  return types.names()[types.index_of(input_tokens, output_tokens)];
}

// Table IV of DynamoLLM (HPCA 2025), and the terciles of the public hour of the same service.
TEST(LengthTypes, AreThoseOfDynamoLlm) {
  const LengthTypes table({256, 1024}, {100, 350});
  EXPECT_EQ(table.names(), (std::vector<std::string>{"SS", "SM", "SL", "MS", "MM", "ML", "LS", "LM", "LL"}));
  EXPECT_EQ(type_of(table, 255, 99), "SS");
  EXPECT_EQ(type_of(table, 256, 99), "MS");
  EXPECT_EQ(type_of(table, 1023, 349), "MM");
  EXPECT_EQ(type_of(table, 1024, 350), "LL");
  EXPECT_EQ(type_of(table, 200, 350), "SL");
  const LengthTypes terciles({409, 1107}, {94, 357});
  EXPECT_EQ(type_of(terciles, 408, 93), "SS");
  EXPECT_EQ(type_of(terciles, 409, 94), "MM");
  EXPECT_EQ(type_of(terciles, 1107, 357), "LL");
}

TEST(LengthTypes, AreCalledByTheNumberOfParts) {
  EXPECT_EQ(LengthTypes({10}, {}).names(), (std::vector<std::string>{"S", "L"}));
  EXPECT_EQ(LengthTypes({}, {1, 2}).names(), (std::vector<std::string>{"S", "M", "L"}));
  EXPECT_EQ(LengthTypes({}, {}).names(), std::vector<std::string>{""});
  EXPECT_EQ(LengthTypes({1, 2, 3}, {}).names(), (std::vector<std::string>{"i1", "i2", "i3", "i4"}));
  EXPECT_EQ(LengthTypes({9}, {1, 2, 3}).names().back(), "i2o4");
}

TEST(LengthTypes, LeaveOutWhatDoesNotOccur) {
  LengthTypes types({10}, {10});
  types.keep({true, false, false, true});
  EXPECT_EQ(types.names(), (std::vector<std::string>{"SS", "LL"}));
  EXPECT_EQ(types.index_of(10, 10), 1U);
  EXPECT_EQ(types.index_of(1, 10), LengthTypes::kNone);
}

std::string problems_of_parts(Thresholds thresholds, std::optional<std::uint32_t> parts) {
  LengthTypesConfig config;
  config.input = LengthPartsConfig{std::move(thresholds), parts};
  return test::text_of_broken_rules(config, "/types");
}

TEST(LengthTypesConfig, SaysWhatIsWrong) {
  EXPECT_EQ(problems_of_parts({256, 1024}, {}), "");
  EXPECT_EQ(problems_of_parts({}, 3), "");
  EXPECT_EQ(problems_of_parts({}, {}), "/types/input: must have either thresholds or parts\n");
  EXPECT_EQ(problems_of_parts({1}, 2), "/types/input: must have either thresholds or parts\n");
  EXPECT_EQ(problems_of_parts({256, 256}, {}), "/types/input/thresholds: must rise\n");
  Thresholds sixteen;
  for (std::uint32_t i = 1; i <= 16; ++i) sixteen.push_back(i);
  EXPECT_EQ(problems_of_parts(sixteen, {}), "/types/input/thresholds: must be at most 15, which make 16 parts\n");
  LengthTypesConfig nothing;
  EXPECT_EQ(test::text_of_broken_rules(nothing, "/types"), "/types: must divide the input, the output or both\n");
}

WorkloadConfig divided(const std::string& path, std::optional<LengthPartsConfig> input,
                       std::optional<LengthPartsConfig> output) {
  WorkloadConfig config;
  config.trace.emplace();
  config.trace->path = path;
  config.trace->high_priority_share = 0.0;
  config.trace->types = LengthTypesConfig{std::move(input), std::move(output)};
  return config;
}

std::string lengths_as_trace(const std::vector<std::pair<int, int>>& lengths) {
  std::string text = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  for (std::size_t i = 0; i < lengths.size(); ++i)
    text += "2024-01-01 00:00:0" + std::to_string(i) + ',' + std::to_string(lengths[i].first) + ',' +
            std::to_string(lengths[i].second) + '\n';
  return text;
}

TEST(TypesOfATrace, AreQuantilesOfTheRowsInTheWindow) {
  const test::TemporaryFolder folder;
  auto config = divided(folder.write("t.csv", lengths_as_trace({{9, 9}, {5, 1}, {1, 1}, {3, 1}, {1000, 1}})),
                        LengthPartsConfig{{}, 3}, {});
  config.trace->window.from.text = "1";
  config.trace->window.until.text = "4";
  ClassTable table;
  const auto source = make_source(config, table, 1);
  EXPECT_EQ(source->trace()->facts().types->input_thresholds(), (Thresholds{1, 3}));
  std::vector<std::string> types;
  for (const auto& request : test::requests_of(*source)) types.push_back(table.type(request.request_class));
  EXPECT_EQ(types, (std::vector<std::string>{"L", "M", "L"}));
}

TEST(TypesOfATrace, AreKnownInOrderBeforeTheRun) {
  const test::TemporaryFolder folder;
  auto config = divided(folder.write("t.csv", lengths_as_trace({{20, 20}, {1, 20}, {20, 1}, {1, 20}})),
                        LengthPartsConfig{{10}, {}}, LengthPartsConfig{{10}, {}});
  config.trace->classes["LS"].high_priority_share = 1.0;
  ClassTable table;
  const auto source = make_source(config, table, 1);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < table.size(); ++i) names.push_back(table.name(ClassId(i)));
  EXPECT_EQ(names, (std::vector<std::string>{"SL_low", "LS_high", "LL_low"}));
  EXPECT_EQ(table.name(test::requests_of(*source)[0].request_class), "LL_low");
}

TEST(TypesOfATrace, AreRefusedBesideAColumnOfClasses) {
  const test::TemporaryFolder folder;
  const auto config =
      divided(folder.write("t.csv", "TIMESTAMP,ContextTokens,GeneratedTokens,Class\n2024-01-01 00:00:00,1,1,chat\n"),
              LengthPartsConfig{{10}, {}}, {});
  ClassTable table;
  EXPECT_EQ(test::problem_of([&] { (void)make_source(config, table, 1); }),
            "/workload/trace/types: the trace says the type of each request in a column of its own, so types by length "
            "cannot be given");
}

// The mix of the hour by terciles, DynamoLLM section V-B within a point.
TEST(TypesOfATrace, GiveTheMixOfTheAzureConversationHour) {
  const auto data = test::data_folder();
  if (data.empty()) GTEST_SKIP() << "the measured data are not at ../shared/data or $HEADROOM_DATA";
  const auto config = divided((data / "azure-llm-2023/AzureLLMInferenceTrace_conv.csv").string(),
                              LengthPartsConfig{{}, 3}, LengthPartsConfig{{}, 3});
  ClassTable table;
  const auto source = make_source(config, table, 1);
  const TraceStatistics statistics = describe(*source, table);
  const LengthTypes types = *source->trace()->facts().types;
  EXPECT_EQ(types.input_thresholds(), (Thresholds{409, 1107}));
  EXPECT_EQ(types.output_thresholds(), (Thresholds{94, 357}));
  const std::vector<double> percent{14.2, 18.8, 0.1, 4.8, 5.6, 23.1, 13.7, 9.5, 10.1};
  const std::vector<double> printed{14, 18, 1, 5, 6, 22, 14, 9, 11};
  ASSERT_EQ(statistics.classes.size(), percent.size());
  for (std::size_t i = 0; i < percent.size(); ++i) {
    EXPECT_NEAR(100 * statistics.classes[i].share_fraction, percent[i], 0.06) << statistics.classes[i].name;
    EXPECT_NEAR(100 * statistics.classes[i].share_fraction, printed[i], 1.15) << statistics.classes[i].name;
  }
}

}  // namespace
}  // namespace headroom

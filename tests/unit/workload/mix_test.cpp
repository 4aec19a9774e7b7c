#include "workload/mix.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "support/broken_rules.hpp"
#include "support/workload_fixtures.hpp"
#include "workload/make_source.hpp"

namespace headroom {
namespace {

const std::vector<std::string> two_types{"S", "L"};

std::vector<double> shares_at(const Mix& mix, double time_s) {
  const auto shares = mix.cumulative_shares(time_s);
  return {shares.begin(), shares.end()};
}

Mix mix_from(const std::string& path, Warnings& warnings) {
  MixConfig config;
  config.path = path;
  config.step = Seconds(10.0);
  return Mix(config, two_types, warnings);
}

std::string problem_of_mix(const std::string& content) {
  const test::TemporaryFolder folder;
  Warnings warnings;
  const std::string path = folder.write("mix.csv", content);
  const std::string problem = test::problem_of([&] { (void)mix_from(path, warnings); });
  return problem.substr(0, path.size()) == path ? problem.substr(path.size()) : problem;
}

TEST(Mix, HoldsEachRowForAStepAndBeginsAgain) {
  const test::TemporaryFolder folder;
  Warnings warnings;
  const Mix mix = mix_from(folder.write("mix.csv", "hour,L,S\n0,10,90\n1,30,0\n"), warnings);
  EXPECT_TRUE(warnings.empty());
  EXPECT_EQ(shares_at(mix, 9.9), (std::vector<double>{90, 100}));
  EXPECT_EQ(shares_at(mix, 10.0), (std::vector<double>{0, 30}));
  EXPECT_EQ(shares_at(mix, 25.0), (std::vector<double>{90, 100}));
}

TEST(Mix, WarnsOfTypesThatDoNotOccur) {
  const test::TemporaryFolder folder;
  Warnings warnings;
  (void)mix_from(folder.write("mix.csv", "S,L,M\n1,1,1\n"), warnings);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].what, "not used: M");
}

TEST(Mix, RefusesWhatAreNoShares) {
  EXPECT_NE(problem_of_mix("hour,S\n0,1\n").find("L"), std::string::npos);
  EXPECT_EQ(problem_of_mix("S,L\n1,-1\n"), ":2: the shares must lie between 0 and 1e9");
  EXPECT_EQ(problem_of_mix("S,L\n1,1\n0,0\n"), ":3: one share must be above 0");
  EXPECT_EQ(problem_of_mix("S,L\n"), ": the table has no rows");
}

/// Ten of type S, 10 tokens in and 1 out, and ten of type L, 1000 in and 7 out, in turn.
WorkloadConfig two_lengths(const test::TemporaryFolder& folder) {
  std::string rows = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  for (int i = 10; i < 30; ++i)
    rows += "2024-01-01 00:00:" + std::to_string(i) + (i % 2 == 0 ? ",10,1\n" : ",1000,7\n");
  WorkloadConfig config;
  config.synthetic.emplace();
  config.synthetic->rate_per_s = 100.0;
  config.synthetic->duration = Seconds(400.0);
  config.synthetic->lengths.emplace();
  config.synthetic->lengths->path = folder.write("lengths.csv", rows);
  config.synthetic->lengths->high_priority_share = 0.0;
  config.synthetic->lengths->types = LengthTypesConfig{LengthPartsConfig{{100}, {}}, {}};
  return config;
}

TEST(Synthetic, DrawsPairsOfATraceByTheMixOfTheTime) {
  const test::TemporaryFolder folder;
  WorkloadConfig config = two_lengths(folder);
  config.synthetic->mix = MixConfig{folder.write("mix.csv", "S,L\n1,0\n1,3\n"), Seconds(200.0)};
  ClassTable table;
  const auto source = make_source(config, table, 1);
  std::array<std::map<std::string, int>, 2> counts;
  for (const auto& request : test::requests_of(*source)) {
    const std::string& type = table.type(request.request_class);
    EXPECT_EQ(request.input_tokens, type == "S" ? 10U : 1000U);
    EXPECT_EQ(request.output_tokens, type == "S" ? 1U : 7U);
    ++counts[request.arrival < Seconds(200.0) ? 0 : 1][type];
  }
  EXPECT_EQ(counts[0]["L"], 0);
  EXPECT_NEAR(counts[0]["S"], 20'000, 5 * 141);
  EXPECT_NEAR(counts[1]["S"], 5'000, 5 * 71);
  EXPECT_NEAR(counts[1]["L"], 15'000, 5 * 122);
}

TEST(Synthetic, HasTheSharesOfTheTraceWithoutAMix) {
  const test::TemporaryFolder folder;
  ClassTable table;
  const auto source = make_source(two_lengths(folder), table, 1);
  int longer = 0;
  for (const auto& request : test::requests_of(*source, 10'000)) longer += request.input_tokens > 100 ? 1 : 0;
  EXPECT_NEAR(longer, 5'000, 5 * 50);
}

// The same input tokens/s in both halves: 10 tokens a request in the first, 752.5 in the second.
TEST(Synthetic, FollowsACurveOfInputTokens) {
  const test::TemporaryFolder folder;
  WorkloadConfig config = two_lengths(folder);
  config.synthetic->mix = MixConfig{folder.write("mix.csv", "S,L\n1,0\n1,3\n"), Seconds(200.0)};
  config.synthetic->rate_curve.emplace();
  config.synthetic->rate_curve->path = folder.write("load.csv", "hour,tps\n0,0.5\n1,0.5\n");
  config.synthetic->rate_curve->step = Seconds(200.0);
  config.synthetic->rate_curve->counts = CurveCounts::input_tokens;
  ClassTable table;
  const auto source = make_source(config, table, 1);
  std::array<double, 2> tokens{};
  std::array<double, 2> requests{};
  for (const auto& request : test::requests_of(*source)) {
    const std::size_t half = request.arrival < Seconds(200.0) ? 0 : 1;
    tokens[half] += request.input_tokens;
    ++requests[half];
  }
  EXPECT_NEAR(requests[0] + requests[1], 40'000, 5 * 200);
  EXPECT_NEAR(requests[0] / requests[1], 75.25, 5 * 75.25 / 22);  // about 525 requests in the second
  EXPECT_NEAR(tokens[0] / tokens[1], 1.0, 0.25);
}

TEST(SyntheticConfig, HasClassesOrLengths) {
  const test::TemporaryFolder folder;
  WorkloadConfig config = two_lengths(folder);
  EXPECT_EQ(test::text_of_broken_rules(config, "/w"), "");
  config.synthetic->classes.emplace_back();
  EXPECT_NE(test::text_of_broken_rules(config, "/w").find("/w/synthetic/lengths: must not be given beside classes"),
            std::string::npos);
  config.synthetic->lengths.reset();
  config.synthetic->rate_curve.emplace();
  config.synthetic->rate_curve->values = {1.0};
  config.synthetic->rate_curve->step = Seconds(1.0);
  config.synthetic->rate_curve->counts = CurveCounts::input_tokens;
  EXPECT_NE(test::text_of_broken_rules(config, "/w").find("/w/synthetic/rate_curve/counts: input_tokens needs lengths"),
            std::string::npos);
}

}  // namespace
}  // namespace headroom

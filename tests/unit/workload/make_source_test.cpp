#include "workload/make_source.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::chosen;
using test::problem_of;
using test::requests_of;
using test::TemporaryFolder;

const std::string typed_trace =
    "TIMESTAMP,ContextTokens,GeneratedTokens,Class\n2024-01-01 00:00:00,10,1,search\n2024-01-01 00:00:01,20,2,chat\n"
    "2024-01-01 00:00:03,30,3,chat\n";

WorkloadConfig trace_config(const std::string& path) {
  WorkloadConfig config;
  config.trace.emplace();
  config.trace->path = path;
  return config;
}

SyntheticClassConfig type(const std::string& name, double share, double high_share, std::array<double, 4> bounds) {
  SyntheticClassConfig entry;
  entry.name = name;
  entry.share = share;
  entry.high_priority_share = high_share;
  entry.input = chosen(length_kinds(), "uniform", {{"min_tokens", bounds[0]}, {"max_tokens", bounds[1]}});
  entry.output = chosen(length_kinds(), "uniform", {{"min_tokens", bounds[2]}, {"max_tokens", bounds[3]}});
  return entry;
}

/// The request mix of the POLCA paper.
WorkloadConfig polca_mix() {
  WorkloadConfig config;
  config.synthetic.emplace();
  config.synthetic->rate_per_s = 10.0;
  config.synthetic->duration = Seconds(10'000.0);
  config.synthetic->classes.push_back(type("summarize", 0.25, 0.0, {2048, 8192, 256, 512}));
  config.synthetic->classes.push_back(type("search", 0.25, 1.0, {512, 2048, 1024, 2048}));
  config.synthetic->classes.push_back(type("chat", 0.5, 0.5, {2048, 4096, 128, 2048}));
  return config;
}

std::vector<std::string> names_of(const ClassTable& table) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < table.size(); ++i) names.push_back(table.name(ClassId(i)));
  return names;
}

TEST(ClassTable, HasOneIdPerTypeAndPriority) {
  ClassTable table;
  const ClassId a = table.add("chat", Priority::low);
  const ClassId b = table.add("chat", Priority::high);
  EXPECT_NE(a, b);
  EXPECT_EQ(table.add("chat", Priority::low), a);
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(table.name(b), "chat_high");
  EXPECT_EQ(table.type(b), "chat");
  EXPECT_EQ(table.priority(b), Priority::high);
  EXPECT_TRUE(table.typed());
}

TEST(MakeSource, GivesATraceWithoutClassesTwoOfThem) {
  const TemporaryFolder folder;
  ClassTable table;
  const auto source = make_source(
      trace_config(folder.write("t.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-01-01 00:00:00,1,1\n")), table,
      1);
  EXPECT_EQ(names_of(table), (std::vector<std::string>{"low", "high"}));
  EXPECT_FALSE(table.typed());
  EXPECT_EQ(requests_of(*source).size(), 1U);
}

TEST(MakeSource, KnowsTheClassesOfATraceBeforeTheRun) {
  const TemporaryFolder folder;
  auto config = trace_config(folder.write_gzip("t.csv.gz", typed_trace));
  config.trace->high_priority_share = 0.0;
  config.trace->classes["chat"].high_priority_share = 1.0;
  ClassTable table;
  const auto source = make_source(config, table, 1);
  EXPECT_EQ(names_of(table), (std::vector<std::string>{"search_low", "chat_high"}));
  const auto requests = requests_of(*source);
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(table.name(requests[0].request_class), "search_low");
  EXPECT_EQ(requests[0].priority, Priority::low);
  EXPECT_EQ(table.name(requests[1].request_class), "chat_high");
  EXPECT_EQ(requests[1].priority, Priority::high);
}

TEST(MakeSource, RefusesSettingsForAClassThatTheTraceLacks) {
  const TemporaryFolder folder;
  auto config = trace_config(folder.write("t.csv", typed_trace));
  config.trace->classes["chta"].high_priority_share = 1.0;
  ClassTable table;
  EXPECT_EQ(problem_of([&] { (void)make_source(config, table, 1); }),
            "/workload/trace/classes/chta: the trace has no class \"chta\"; did you mean \"chat\"?");
  EXPECT_EQ(problem_of([&] { (void)make_source(config, table, 1, "s.json: /w"); }).substr(0, 30),
            "s.json: /w/trace/classes/chta:");
}

TEST(MakeSource, ReportsBadRowsOfATypedTraceAtOnce) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.csv", typed_trace + "2024-01-01 00:00:04,30,0,chat\n");
  ClassTable table;
  EXPECT_EQ(problem_of([&] { (void)make_source(trace_config(path), table, 1); }),
            path +
                ":5: GeneratedTokens is 0, but a request has at least one token; /workload/trace/failed_rows=skip "
                "leaves such rows out");
}

TEST(MakeSource, RefusesClassesThatAreCalledLikeAPriority) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.csv", typed_trace + "2024-01-01 00:00:04,30,1,low\n");
  ClassTable table;
  EXPECT_EQ(problem_of([&] { (void)make_source(trace_config(path), table, 1); }),
            path + ":5: \"low\" is a priority or means all requests, no class may be called so");
}

TEST(Synthetic, HasTheClassesSharesAndLengthsOfItsMix) {
  ClassTable table;
  const auto source = make_source(polca_mix(), table, 1);
  EXPECT_EQ(names_of(table), (std::vector<std::string>{"summarize_low", "search_high", "chat_low", "chat_high"}));
  const auto requests = requests_of(*source);
  EXPECT_NEAR(static_cast<double>(requests.size()), 100'000.0, 5 * 316.0);
  std::vector<double> counts(table.size());
  double last_s = 0.0;
  for (const auto& request : requests) {
    ++counts[request.request_class.index()];
    EXPECT_EQ(request.priority, table.priority(request.request_class));
    EXPECT_GE(request.arrival.value(), last_s);
    last_s = request.arrival.value();
    const bool search = table.type(request.request_class) == "search";
    EXPECT_EQ(search, request.input_tokens < 2048 || (search && request.input_tokens == 2048));
  }
  EXPECT_LT(last_s, 10'000.0);
  for (const double count : counts) EXPECT_NEAR(count / static_cast<double>(requests.size()), 0.25, 0.01);
}

TEST(Synthetic, RepeatsForTheSameSeedOnly) {
  ClassTable table;
  const auto a = requests_of(*make_source(polca_mix(), table, 1), 100);
  const auto b = requests_of(*make_source(polca_mix(), table, 1), 100);
  const auto c = requests_of(*make_source(polca_mix(), table, 2), 100);
  EXPECT_EQ(a[99].arrival, b[99].arrival);
  EXPECT_EQ(a[99].input_tokens, b[99].input_tokens);
  EXPECT_NE(a[99].arrival, c[99].arrival);
}

TEST(Synthetic, ChangingArrivalsLeavesLengthsAlone) {
  ClassTable table;
  auto config = polca_mix();
  const auto poisson = requests_of(*make_source(config, table, 1), 100);
  config.synthetic->arrivals = chosen(arrival_kinds(), "gamma", {{"cv", 3.0}});
  const auto bursty = requests_of(*make_source(config, table, 1), 100);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(poisson[i].input_tokens, bursty[i].input_tokens);
    EXPECT_EQ(poisson[i].output_tokens, bursty[i].output_tokens);
  }
}

TEST(Synthetic, GoesOnWithoutADuration) {
  ClassTable table;
  auto config = polca_mix();
  config.synthetic->duration.reset();
  EXPECT_EQ(requests_of(*make_source(config, table, 1), 200'000).size(), 200'000U);
}

}  // namespace
}  // namespace headroom

#include "report/answer.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

RunOutput summarized(const std::string& summary) {
  RunOutput output;
  output.name = "out";
  output.summary = Json::parse(summary);
  return output;
}

constexpr const char* kFine = R"({"power": {"site": {"peak_w": 900}, "row0": {"budget_w": 1000, "peak_w": 1100,
  "telemetry_peak_w": 934, "above_budget_s": 0.5}, "row1": {"budget_w": 1000, "telemetry_peak_w": 900}},
  "throttle": {"trips": 0, "brakes": 0, "throttled_server_s": 7200}, "requests": {"arrived": 10, "rejected": 0},
  "classes": {"high": {"latency": {"e2e_s": {"p99": 10}}}, "low": {"latency": {"e2e_s": {"p99": 21}}}}})";

RunOutput changed(const std::string& pointer, const Json& value) {
  RunOutput output = summarized(kFine);
  output.summary[Json::json_pointer(pointer)] = value;
  return output;
}

std::string answer(const RunOutput& output) {
  const Json json = answer_of(output, nullptr);
  return json["finding"].get<std::string>() + ": " + json["text"].get<std::string>();
}

TEST(Answer, NamesTheTightestNodeBySamples) {
  EXPECT_EQ(answer(summarized(kFine)),
            "good: Fits: row0's largest sample is 93.4 % of its budget, with 0 brakes and 0 trips; servers were held "
            "back for 2.0 server-hours.");
}

TEST(Answer, DoesNotFitWithASampleAboveABrakeOrATrip) {
  for (const auto& [pointer, value] : {std::pair("/power/row1/telemetry_peak_w", 1001),
                                       std::pair("/throttle/brakes", 1), std::pair("/throttle/trips", 1)})
    EXPECT_TRUE(answer(changed(pointer, value)).starts_with("bad: Does not fit: ")) << pointer;
}

TEST(Answer, ATripIsSaidFirst) {
  EXPECT_TRUE(answer(changed("/throttle/trips", 1)).starts_with("bad: Does not fit: 0 brakes and 1 trip; row0's"));
}

TEST(Answer, WithoutTelemetryAPeakAboveTheBudgetDoesNotFit) {
  RunOutput output = summarized(R"({"power": {"row0": {"budget_w": 1000, "peak_w": 1001}}})");
  EXPECT_EQ(
      answer(output),
      "bad: Does not fit: row0's peak is 100.1 % of its budget, with 0 brakes and 0 trips; no server was held back.");
}

TEST(Answer, SaysWhereNobodyHasABudget) {
  EXPECT_EQ(
      answer(summarized(R"({"power": {"site": {"peak_w": 2500}}})")),
      "plain: No node has a budget: the site draws up to 2.5 kW, with 0 brakes and 0 trips; no server was held back.");
}

TEST(Answer, RejectedRequestsAreSaid) {
  const std::string text = answer(changed("/requests/rejected", 3));
  EXPECT_TRUE(text.starts_with("watch: Fits")) << text;
  EXPECT_NE(text.find("; 3 requests were rejected;"), std::string::npos) << text;
}

TEST(Answer, ABrokenGridSpecificationIsBad) {
  const std::string text = answer(changed("/grid", Json{{"row0", {{"passed", false}}}, {"row1", {{"passed", true}}}}));
  EXPECT_TRUE(text.starts_with("bad: Fits")) << text;
  EXPECT_NE(text.find("1 of 2 nodes were not shown to keep the grid specification"), std::string::npos) << text;
}

TEST(Answer, SaysWhoPaysAgainstABase) {
  RunOutput base = changed("/classes/low/latency/e2e_s/p99", 20);
  base.name = "none";
  EXPECT_NE(answer_of(summarized(kFine), &base)["text"].get<std::string>().find(
                "low pays: its 99th percentile of end-to-end latency is 5.0 % longer than in none."),
            std::string::npos);
  base.summary = Json::parse(kFine);
  EXPECT_NE(answer_of(summarized(kFine), &base)["text"].get<std::string>().find(
                "no class waits notably longer than in none."),
            std::string::npos);
}

TEST(Tiles, HaveTheValueOfTheBase) {
  RunOutput base = changed("/throttle/trips", 2);
  const Json tiles = tiles_of(summarized(kFine), &base);
  EXPECT_EQ(tiles[0], Json({{"label", "largest sample, of the budget"},
                            {"value", "93.4 %"},
                            {"finding", "good"},
                            {"note", "row0"},
                            {"base", "93.4 %"}}));
  EXPECT_EQ(tiles[2]["label"], "trips");
  EXPECT_EQ(tiles[2]["base"], "2");
}

TEST(Tiles, AnEmptySummaryHasNone) {
  EXPECT_EQ(tiles_of(summarized("{}"), nullptr), Json::array());
}

}  // namespace
}  // namespace headroom

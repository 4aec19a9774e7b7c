#include "fit/fit_answer.hpp"

#include <gmock/gmock.h>

namespace headroom {
namespace {

/// Sizes of which some break the second limit, `brakes`, and the last one, too.
FitAnswer answer_with(FitValues values) {
  FitAnswer answer;
  answer.base = {"polca_row", 40, "/workload/trace/copies", 10};
  answer.policy = "polca";
  answer.range = {40, 80, 1};
  answer.limits = fit_limits({"low.e2e_p50=0.05"});
  answer.values = std::move(values);
  return answer;
}

const std::string kNoInterval = " The models are taken at their word; --uncertainty 20 adds an interval.";
const std::vector<double> kGood = {0, 0, 0.93, 0, 0.041}, kSlow = {0, 0, 0.94, 0, 0.055},
                          kBrakes = {0, 3, 0.95, 0, 0.2};

TEST(FitAnswer, IsASentenceWithTheFirstLimitThatBreaks) {
  EXPECT_EQ(answer_text(answer_with({{56, kGood}, {57, kSlow}})),
            "56 servers fit under polca with load in proportion, 40.0 % more than the 40 of the scenario: trips 0, "
            "brakes 0, peak 0.930, rejected 0 %, low.e2e_p50 +4.1 %; 57 break low.e2e_p50 (+5.5 %, limit +5.0 %)." +
                kNoInterval);
  EXPECT_THAT(answer_text(answer_with({{56, kGood}, {57, kBrakes}})),
              testing::EndsWith("; 57 break brakes (3, limit 0) and 1 other limit." + kNoInterval));
}

TEST(FitAnswer, SaysWhereTheRangeEndsFirst) {
  EXPECT_THAT(answer_text(answer_with({{79, kGood}, {80, kGood}})),
              testing::StartsWith("At least 80 servers fit under"));
  EXPECT_THAT(answer_text(answer_with({{79, kGood}, {80, kGood}})),
              testing::EndsWith("; --to was not above 80." + kNoInterval));
  EXPECT_EQ(answer_text(answer_with({{40, kBrakes}})),
            "Not even 40 servers fit under polca with load in proportion: 40 break brakes (3, limit 0) and 1 other "
            "limit." +
                kNoInterval);
}

TEST(FitAnswer, SaysWhatFitsAboveOneThatBreaks) {
  EXPECT_THAT(answer_text(answer_with({{56, kGood}, {57, kSlow}, {58, kGood}, {59, kSlow}, {60, kGood}})),
              testing::EndsWith(" Above, not all sizes break: 58, 60 fit." + kNoInterval));
}

TEST(FitAnswer, HasTheIntervalOfTheDraws) {
  FitAnswer answer = answer_with({{56, kGood}, {57, kSlow}});
  answer.interval.draws = {0, 50, 51, 52, 53, 54, 55, 56, 57, 58, 80};
  EXPECT_THAT(answer_text(answer), testing::EndsWith(" With the models' errors (11 draws, p10 to p90): 50 to 58."));
  answer.interval.draws = {0, 80};
  EXPECT_THAT(answer_text(answer), testing::EndsWith("fewer than 40 to 80 or more."));
  EXPECT_EQ(answer_json(answer)["interval"], Json::parse(R"({"p10": 0, "p90": 80, "draws": [0, 80]})"));
}

TEST(FitAnswer, IsATableWhoseBrokenLimitsAreMarked) {
  EXPECT_EQ(answer_table(answer_with({{56, kGood}, {57, kBrakes}})),
            "   servers  trips   brakes     peak   rejected   low.e2e_p50\n"
            "        56      0        0    0.930        0 %        +4.1 %\n"
            "        57      0        3!   0.950        0 %       +20.0 %!\n");
}

TEST(FitAnswer, AsJsonHasEverySize) {
  const Json json = answer_json(answer_with({{56, kGood}, {57, kBrakes}}));
  EXPECT_EQ(json["fits"], 56);
  EXPECT_EQ(json["breaks"], 57);
  EXPECT_EQ(json["broken"], Json::parse(R"(["brakes", "low.e2e_p50"])"));
  EXPECT_EQ(json["sizes"][1]["values"]["brakes"], 3.0);
  EXPECT_EQ(json["sizes"][1]["fits"], false);
  EXPECT_FALSE(json.contains("interval"));
}

}  // namespace
}  // namespace headroom

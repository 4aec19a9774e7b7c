#include "fit/fit_limit.hpp"

#include <gmock/gmock.h>

#include "base/problem.hpp"

namespace headroom {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names(const std::vector<FitLimit>& limits) {
  std::vector<std::string> texts;
  for (const FitLimit& limit : limits) texts.push_back(limit.name + " " + Json(limit.most).dump() + limit.pointer);
  return texts;
}

std::string refusal(const std::string& assignment) {
  try {
    (void)fit_limits({assignment});
  } catch (const InputError& error) {
    return error.problems().front().what;
  }
  return "";
}

Json summary_with(double p99) {
  return {{"requests", {{"arrived", 200}, {"rejected", 1}}},
          {"throttle", {{"brakes", 2}, {"trips", 0}}},
          {"power", {{"row0", {{"budget_w", 1000.0}, {"telemetry_peak_w", 940.0}, {"peak_w", 1100.0}}}}},
          {"classes", {{"low", {{"latency", {{"e2e_s", {{"p99", p99}}}}}}}}}};
}

TEST(FitLimits, SomeHoldUnlessTheyAreGiven) {
  EXPECT_THAT(names(fit_limits({})), ElementsAre("trips 0.0", "brakes 0.0", "peak 1.0", "rejected 0.0"));
  EXPECT_THAT(names(fit_limits({"brakes=2", "peak=0.95"})),
              ElementsAre("trips 0.0", "brakes 2.0", "peak 0.95", "rejected 0.0"));
}

TEST(FitLimits, OfLatenciesAreRisesOrSeconds) {
  const auto limits = fit_limits({"low.e2e_p99=0.05", "a.b.ttft_mean_s=3", "tbt_p50=1"});
  EXPECT_EQ(limits[4].pointer, "/classes/low/latency/e2e_s/p99");
  EXPECT_EQ(limits[4].kind, LimitKind::rise);
  EXPECT_EQ(limits[5].pointer, "/classes/a.b/latency/ttft_s/mean");
  EXPECT_EQ(limits[5].kind, LimitKind::latency);
  EXPECT_EQ(limits[6].pointer, "/latency/tbt_s/p50");
  EXPECT_TRUE(needs_reference(limits));
  EXPECT_FALSE(needs_reference(fit_limits({"low.e2e_p99_s=3"})));
}

TEST(FitLimits, ThatAreNoneAreRefused) {
  EXPECT_THAT(refusal("low.e2e_p98=1"), HasSubstr("must be NAME=VALUE"));
  EXPECT_THAT(refusal("brake=1"), HasSubstr("did you mean \"brakes\"?"));
  EXPECT_THAT(refusal(""), HasSubstr("must be NAME=VALUE"));
  for (const char* bad : {"brakes", "brakes=", "brakes=x", "brakes=-1", "brakes=nan", "brakes=1e999"})
    EXPECT_EQ(refusal(bad), "needs a number from 0 on behind =") << bad;
}

TEST(FitLimits, MeasureASummary) {
  const Json reference = summary_with(50), summary = summary_with(52);
  const auto limits = fit_limits({"low.e2e_p99=0", "low.e2e_p99_s=0"});
  std::vector<double> values;
  std::vector<std::string> texts;
  for (const FitLimit& limit : limits) {
    values.push_back(measured(limit, summary, reference));
    texts.push_back(value_text(limit, values.back()));
  }
  EXPECT_THAT(values, ElementsAre(0, 2, 0.94, 0.005, testing::DoubleEq(52.0 / 50 - 1), 52));
  EXPECT_THAT(texts, ElementsAre("0", "2", "0.940", "0.5 %", "+4.0 %", "52 s"));
}

TEST(FitLimits, OfALatencyThatNoRequestHasAreRefused) {
  try {
    (void)measured(fit_limits({"lo.e2e_p99=0"}).back(), summary_with(1), summary_with(1));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().front().where, "--limit lo.e2e_p99");
    EXPECT_THAT(error.problems().front().what, HasSubstr("no request of a run has this latency (/classes/lo/"));
  }
}

TEST(FitLimits, OfAClassThatIsNoneAreRefused) {
  check_classes(fit_limits({"low.e2e_p99=0", "e2e_p99=0", "peak=1"}), {"low"});
  try {
    check_classes(fit_limits({"lo.e2e_p99=0"}), {"low", "high"});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().front().what, R"(there is no class "lo"; there is low, high; did you mean "low"?)");
  }
}

}  // namespace
}  // namespace headroom

#include "query_energy/query_method.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "query_energy/query_draws.hpp"
#include "query_energy/query_rows.hpp"
#include "query_energy/query_way.hpp"

namespace headroom {
namespace {

QueryMethod method_of(const std::string& name, const std::vector<std::string>& sets = {}) {
  return load_query_method(name, ConfigFolders({"configs"}), sets);
}

/// At PUE 1.3 and a utilization of 0.6.
double wh_of(const std::string& method, const std::string& model, double output_tokens) {
  QueryShare share = by_method(method_of(method), model, 500, output_tokens, "model").share;
  share.pue_ratio = 1.3;
  share.power_utilization_fraction = 0.6;
  return share.energy().value() / 3600;
}

TEST(QueryMethod, GivesThePublishedExamples) {
  const auto tokens_per_s = [](const char* model, double output_tokens) {
    return by_method(method_of("oviedo_2025"), model, 500, output_tokens, "model").share.tokens_per_s;
  };
  EXPECT_NEAR(tokens_per_s("Llama-3.1-405B", 300), 1663.1, 0.05);
  EXPECT_NEAR(tokens_per_s("Llama-3.1-405B", 5000), 3146.2, 0.05);
  EXPECT_EQ(tokens_per_s("DeepSeek-R1", 300), 1300);
  EXPECT_EQ(tokens_per_s("Nemotron-Ultra-253B", 300), 5200);
  EXPECT_NEAR(wh_of("oviedo_2025", "Llama-3.1-405B", 300), 0.4416, 5e-5);
  EXPECT_NEAR(wh_of("oviedo_2026", "Llama-3.1-405B", 300), 0.3987, 5.1e-5);  // 0.39866...
  EXPECT_NEAR(wh_of("oviedo_2025", "Llama-3.1-405B", 5000), 3.8909, 5e-5);
  EXPECT_NEAR(wh_of("oviedo_2026", "Llama-3.1-405B", 5000), 3.5121, 5e-5);
  EXPECT_NEAR(wh_of("oviedo_2025", "DeepSeek-R1", 300), 0.7050, 5e-5);
  EXPECT_NEAR(wh_of("oviedo_2026", "DeepSeek-R1", 300), 0.6400, 5e-5);
  EXPECT_NEAR(wh_of("oviedo_2025", "Nemotron-Ultra-253B", 300), 0.1413, 5.1e-5);
  EXPECT_NEAR(wh_of("oviedo_2026", "Nemotron-Ultra-253B", 300), 0.1275, 5e-5);
}

TEST(QueryMethod, LetsPowerFollowTheLoadOfItsMediansToo) {
  const QueryMethod method =
      method_of("oviedo_2025", {R"(/power_follows_load={"idle_fraction": 0.24, "load_fraction": 0.56})"});
  const auto utilization = [&](const char* model, double output_tokens) {
    return by_method(method, model, 500, output_tokens, "model").share.power_utilization_fraction;
  };
  EXPECT_NEAR(utilization("DeepSeek-R1", 300), 0.8, 1e-12);  // at its largest throughput
  EXPECT_NEAR(utilization("Llama-3.1-405B", 300), 0.24 + 0.56 * 1663.1 / 4572, 1e-4);
}

TEST(QueryMethod, KnowsItsLevers) {
  const QueryMethod method = method_of("oviedo_2025");
  const auto check = [&](const char* name, double median, double inverse) {
    EXPECT_NEAR(method.levers.at(name).median(), median, 5e-5) << name;
    EXPECT_NEAR(method.levers.at(name).mean_of_inverse(), inverse, 5e-5) << name;
  };
  check("hardware_and_datacenter", 1.9365, 0.5227);
  check("serving", 2.7386, 0.3904);
  check("model", 3.8730, 0.3049);
}

TEST(QueryMethod, FitsRowsOfMeasurements) {
  std::vector<ThroughputRow> rows;
  for (const double in : {100.0, 1000.0})
    for (const double out : {50.0, 400.0, 2000.0})
      rows.push_back({in, out, std::exp(9.0 - 0.5 * std::log(in) + 0.25 * std::log(out))});
  const auto fit = fitted(rows);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->intercept, 9.0, 1e-9);
  EXPECT_NEAR(fit->input_exponent, -0.5, 1e-9);
  EXPECT_NEAR(fit->output_exponent, 0.25, 1e-9);
  rows = {{100, 100, 900}, {500, 500, 800}, {900, 900, 700}};
  EXPECT_FALSE(fitted(rows));
  QueryThroughput few;
  few.rows = {{100, 100, 900}, {500, 100, 1000}};
  EXPECT_FALSE(few.curve());
  EXPECT_EQ(few.largest(), 1000);
}

TEST(EnergySample, InterpolatesQuantilesAndKeepsWhatLiesBetweenThem) {
  const EnergySample sample({4, 1, 3, 2, 5});
  EXPECT_EQ(sample.quantile(0.5), 3);
  EXPECT_EQ(sample.quantile(0.125), 1.5);
  EXPECT_EQ(sample.mean(), 3);
  EXPECT_EQ(sample.within(0.25, 0.75).sorted(), (std::vector<double>{2, 3, 4}));
  EXPECT_EQ(pooled({sample, EnergySample({9})}).size(), 6U);
}

/// What a method says over twelve seeds.
class PublishedQueries : public ::testing::Test {
 protected:
  struct Answer {
    double median, p25, p75, error, whole_p25, whole_p75, long_median, long_p25, long_p75;
  };
  static const std::vector<Answer>& answers() {
    static const std::vector<Answer> all = [] {
      std::vector<Answer> list;
      for (int seed = 1; seed <= 12; ++seed) {
        const QueryMethod method = method_of("oviedo_2025", {"/seed=" + std::to_string(seed)});
        const QueryEnergies brief = query_energies(method, "short", method.short_query);
        const QueryEnergies lengthy = query_energies(method, "long", method.long_query);
        const EnergySample &a = brief.frontier_middle, &b = lengthy.frontier_middle;
        list.push_back({a.quantile(0.5), a.quantile(0.25), a.quantile(0.75), a.median_standard_error(),
                        brief.frontier.quantile(0.25), brief.frontier.quantile(0.75), b.quantile(0.5), b.quantile(0.25),
                        b.quantile(0.75)});
      }
      return list;
    }();
    return all;
  }
  static double mean(double Answer::*of) {
    double sum = 0;
    for (const Answer& answer : answers()) sum += answer.*of;
    return sum / static_cast<double>(answers().size());
  }
};

TEST_F(PublishedQueries, TakeThePublishedMedianWithinTwoPercent) {
  EXPECT_NEAR(mean(&Answer::median), 0.34, 0.02 * 0.34);
  EXPECT_NEAR(mean(&Answer::p25), 0.18, 0.02 * 0.18);
  EXPECT_NEAR(mean(&Answer::p75), 0.67, 0.02 * 0.67);
  EXPECT_NEAR(mean(&Answer::long_median), 4.32, 0.02 * 4.32);
  EXPECT_NEAR(mean(&Answer::long_p25), 2.35, 0.02 * 2.35);
  EXPECT_NEAR(mean(&Answer::long_p75), 7.79, 0.02 * 7.79);
  EXPECT_NEAR(mean(&Answer::whole_p25), 0.132, 0.02 * 0.132);
  EXPECT_NEAR(mean(&Answer::whole_p75), 0.765, 0.02 * 0.765);
}

TEST_F(PublishedQueries, SpreadOverSeedsAsTheStandardErrorSays) {
  const double centre = mean(&Answer::median);
  double squares = 0;
  for (const Answer& answer : answers()) squares += (answer.median - centre) * (answer.median - centre);
  const double spread = std::sqrt(squares / static_cast<double>(answers().size() - 1));
  EXPECT_GT(spread, 0.4 * mean(&Answer::error));
  EXPECT_LT(spread, 2 * mean(&Answer::error));
}

double day_gwh(const Json& rows, double long_fraction, const std::string& lever) {
  for (const Json& row : rows)
    if (row["part"] == "day" && row["long_fraction"] == long_fraction && row["lever"] == lever) return row["day_gwh"];
  return 0;
}

TEST(QueryDays, TakeThePublishedEnergyOverTwelveSeeds) {
  double brief = 0, mixed = 0, levered = 0;
  for (int seed = 1; seed <= 12; ++seed) {
    const Json rows = query_rows(method_of("oviedo_2025", {"/levers={}", "/seed=" + std::to_string(seed)}));
    brief += day_gwh(rows, 0, "none") / 12;
    mixed += day_gwh(rows, 0.1, "none") / 12;
    levered += day_gwh(rows, 0.1, "at scale") / 12;
  }
  EXPECT_NEAR(brief, 0.805, 0.03 * 0.805);
  EXPECT_NEAR(brief, 0.8, 0.03 * 0.8);
  EXPECT_NEAR(mixed, 1.88, 0.03 * 1.88);
  EXPECT_NEAR(mixed, 1.8, 0.05 * 1.8);
  EXPECT_NEAR(levered, 0.88, 0.03 * 0.88);
  EXPECT_NEAR(levered, 0.9, 0.05 * 0.9);
}

TEST(QueryDraws, MayFollowLoadAndBeCut) {
  const QueryMethod drawn = method_of("oviedo_2025");
  const auto mean_of = [](const QueryMethod& method) {
    return drawn_energies(method, "Nemotron-Ultra-253B", "short", method.short_query).mean();
  };
  const QueryMethod cut = method_of("oviedo_2025", {"/cut_at_full_power=true"});
  EXPECT_LT(mean_of(cut), mean_of(drawn));
  EXPECT_GT(mean_of(cut), 0.98 * mean_of(drawn));
  const QueryMethod follows =
      method_of("oviedo_2025", {R"(/power_follows_load={"idle_fraction": 0.24, "load_fraction": 0.56})"});
  const double ratio = mean_of(follows) / mean_of(drawn);  // at its cap: 0.8 of full power in place of a mean of 0.619
  EXPECT_NEAR(ratio, 0.8 / (0.6 * std::exp(0.5 * std::pow(std::log(0.9 / 0.4) / 3.29, 2))), 0.02);
}

}  // namespace
}  // namespace headroom
